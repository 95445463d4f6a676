import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Client, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { type Program, startProgram } from './program.ts';
import { openSale } from './sale.ts';

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function signingKey(kid: string, alg: 'EdDSA' | 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Whoever signs the buyers in: shows his keys, and counts how often he is asked for them. */
class Issuer {
  shown: readonly SigningKey[] = [];
  asked = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/keys`;
  }

  async open(): Promise<void> {
    this.#server = createServer((_, response) => {
      this.asked++;
      const keys = this.shown.map(({ jwk }) => jwk);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((closed) => this.#server?.close(closed));
  }

  /** For an hour. */
  token({ kid, alg, privateKey }: SigningKey, sub: string): Promise<string> {
    return new SignJWT({ sub, exp: Math.floor(Date.now() / 1_000) + 3_600 })
      .setProtectedHeader({ alg, kid })
      .sign(privateKey);
  }
}

describe('keys of the bearer tokens that are turned while the sale runs', () => {
  const issuer = new Issuer();
  let [old, fresh, unknown] = [] as unknown as [SigningKey, SigningKey, SigningKey];
  let program: Program;
  beforeAll(async () => {
    old = await signingKey('2026-10', 'EdDSA');
    fresh = await signingKey('2026-11', 'ES256');
    unknown = await signingKey('2027-01', 'EdDSA');
    issuer.shown = [old];
    await issuer.open();
    program = await startProgram({
      env: { AUTH_MODE: 'jwt', JWKS_URL: issuer.url, ADMIN_TOKEN: 'organiser-of-tests' },
    });
  });
  afterAll(async () => {
    await program?.stop();
    await issuer.close();
  });

  const someone = async (key: SigningKey, userId: string): Promise<Client> =>
    clientOf(program).with({ authorization: `Bearer ${await issuer.token(key, userId)}` });
  const statusFor = async (client: Client) => (await client.get('/api/v1/bookings')).status;
  const claim = (
    client: Client,
    userId: string,
    eventId: number,
    seatIds: readonly number[],
    path = 'reservations',
  ) =>
    client.post<{ booking_id: number }>(`/api/v1/${path}`, {
      event_id: eventId,
      seat_ids: seatIds,
      user_id: userId,
    });

  it('lose nobody: who has an old token goes on, who has a new one is believed, both buy', async () => {
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
    const [first, second] = seatIds as [number, number];
    const ann = await someone(old, 'ann');
    bodyOf(await claim(ann, 'ann', eventId, [first]), 201);
    issuer.shown = [fresh, old];
    const ben = await someone(fresh, 'ben');
    // A key that is not known yet is looked for at most every five seconds.
    await eventually(() => statusFor(ben), 200, { everyMillis: 250 });
    bodyOf(await claim(ben, 'ben', eventId, [second]), 201);
    for (const [userId, client, seatId] of [
      ['ann', ann, first],
      ['ben', ben, second],
    ] as const) {
      const { booking_id } = bodyOf(await claim(client, userId, eventId, [seatId], 'bookings'), 201);
      const body = { booking_id, payment_id: `card of ${userId}` };
      const paid = await client.post(`/api/v1/bookings/${booking_id}/confirm-payment`, body);
      expect(bodyOf(paid)).toMatchObject({ status: 'CONFIRMED', user_id: userId });
    }
    // Signed with the old key after the new one came: still shown, so still good.
    expect(await statusFor(await someone(old, 'cid'))).toBe(200);
  });

  it('are not asked for by everybody who makes a name of a key up', async () => {
    const before = issuer.asked;
    const began = performance.now();
    for (let n = 0; n < 100; n++) {
      const forged = { ...unknown, kid: `made up ${n}` };
      expectRefusal(await (await someone(forged, 'eve')).get('/api/v1/bookings'), {
        status: 401,
        code: 'IDENTITY_REQUIRED',
      });
    }
    const fiveSeconds = (performance.now() - began) / 5_000;
    expect(issuer.asked - before).toBeLessThanOrEqual(Math.ceil(fiveSeconds) + 1);
  });

  it('cannot be fetched for a while: known keys are believed, an unknown one must wait and is told so', async () => {
    await issuer.close();
    expect(await statusFor(await someone(fresh, 'fay'))).toBe(200);
    const gus = await someone(unknown, 'gus');
    await eventually(() => statusFor(gus), 503, { everyMillis: 250 });
    const told = await gus.get('/api/v1/bookings');
    expectRefusal(told, { status: 503, code: 'UNAVAILABLE' });
    expect(Number(told.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    issuer.shown = [unknown, fresh];
    await issuer.open();
    await eventually(() => statusFor(gus), 200, { everyMillis: 250 });
    expect(await statusFor(await someone(fresh, 'hal'))).toBe(200);
    // Its key is shown no more: a token of it that nobody has seen before is refused.
    expect(await statusFor(await someone(old, 'ida'))).toBe(401);
  });
});
