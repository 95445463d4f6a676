import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { audited } from '../audited.ts';
import { bodyOf, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { freshFolder, startProgram } from '../program.ts';
import * as sale from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { expectError, hold, orderStatus, seatPath, statusOf, submit } from './orders-client.ts';

describe('where every payment is declined', () => {
  const { anyone, organiser } = sharedProgram({ PAYMENT_FAILURE_RATE: '1' });
  const ann = anyone.as('ann');
  const openHall = () => sale.openSale(organiser, { rows: 1, seatsInRow: 3 });

  it('a confirmation is 402, and the seat stays held until its hold would have lapsed', async () => {
    const { eventId, seatIds } = await openHall();
    const [first] = seatIds as [number];
    const { expiresAt } = bodyOf(await hold(ann, eventId, first, { holdSeconds: 5 }), 201);
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 402, 'PAYMENT_FAILED');
    expect(await statusOf(anyone, eventId, first)).toBe('HELD');
    expectError(await hold(anyone.as('bob'), eventId, first), 409, 'RESERVATION_CONFLICT');
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 402, 'PAYMENT_FAILED');
    await eventually(() => statusOf(anyone, eventId, first), 'AVAILABLE');
    expect(Date.now() - Date.parse(expiresAt), 'not before its time').toBeGreaterThan(-100);
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 410, 'RESERVATION_EXPIRED');
  });

  it('what was not paid for can be given back', async () => {
    const { eventId, seatIds } = await openHall();
    const [first] = seatIds as [number];
    bodyOf(await hold(ann, eventId, first), 201);
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 402, 'PAYMENT_FAILED');
    expectError(await anyone.as('bob').delete(seatPath(eventId, first)), 409, 'RESERVATION_CONFLICT');
    expect((await ann.delete(seatPath(eventId, first))).status).toBe(204);
    expect(await statusOf(anyone, eventId, first)).toBe('AVAILABLE');
  });

  it('an order is cancelled and gives its seats back', async () => {
    const { eventId, seatIds } = await openHall();
    for (const seat of seatIds) bodyOf(await hold(ann, eventId, seat), 201);
    const { orderId } = bodyOf(await submit(ann, eventId, seatIds));
    await eventually(() => orderStatus(ann, orderId), 'CANCELLED');
    for (const seat of seatIds) expect(await statusOf(anyone, eventId, seat)).toBe('AVAILABLE');
    const outcome = await ann.post('/api/payments/authorize', { orderId });
    expect(bodyOf(outcome)).toMatchObject({ orderId, status: 'fail' });
  });
});

describe('with bearer tokens', () => {
  const secret = 'a secret of the tests, long enough';
  const { anyone, organiser } = sharedProgram({
    AUTH_MODE: 'jwt',
    JWT_SECRET: secret,
    ADMIN_TOKEN: 'the-token',
  });

  it('nobody is anonymous, and a caller is whom his token names', async () => {
    const { SignJWT } = await import('jose');
    const key = new TextEncoder().encode(secret);
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ann')
      .setExpirationTime('5m')
      .sign(key);
    const ann = anyone.with({ authorization: `Bearer ${token}` });
    const { eventId, seatIds } = await sale.openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [first, second] = seatIds as [number, number];
    expect(bodyOf(await anyone.get<unknown[]>('/api/events')).length).toBeGreaterThan(0);
    expectError(await hold(anyone, eventId, first), 401, 'IDENTITY_REQUIRED');
    expectError(await hold(anyone.with({ 'x-caller-id': 'ann' }), eventId, first), 401, 'IDENTITY_REQUIRED');
    const asEve = ann.with({ authorization: `Bearer ${token}`, 'x-caller-id': 'eve' });
    expectError(await hold(asEve, eventId, first), 403, 'USER_MISMATCH');
    bodyOf(
      await hold(ann.with({ authorization: `Bearer ${token}`, 'x-caller-id': 'ann' }), eventId, first),
      201,
    );
    bodyOf(await hold(ann.as('eve').with({ authorization: `Bearer ${token}` }), eventId, second), 201);
    bodyOf(await ann.post(`${seatPath(eventId, second)}/confirm`));
  });
});

describe('where payments take their time', () => {
  it('an order shows as CREATED meanwhile, and whoever asks for the outcome waits for it', async () => {
    const program = await startProgram({ env: { PAYMENT_DELAY_MS: '3000', RATE_LIMIT_PER_PRINCIPAL: '0' } });
    try {
      const ann = clientOf(program).as('ann');
      const { eventId, seatIds } = await sale.openSale(organiserOf(program), { rows: 1, seatsInRow: 1 });
      bodyOf(await hold(ann, eventId, seatIds[0] as number), 201);
      const { orderId } = bodyOf(await submit(ann, eventId, seatIds));
      expect(await orderStatus(ann, orderId)).toBe('CREATED');
      const outcome = await ann.post('/api/payments/authorize', { orderId });
      expect(bodyOf(outcome)).toMatchObject({ status: 'success' });
      expect(await orderStatus(ann, orderId)).toBe('CONFIRMED');
    } finally {
      await program.stop();
    }
  });

  it('orders that a crash caught on their way come to their end without anybody', async () => {
    const dataDir = freshFolder();
    const env = { PAYMENT_DELAY_MS: '0-300', RATE_LIMIT_PER_PRINCIPAL: '0' };
    let program = await startProgram({ env, dataDir });
    try {
      const { eventId, seatIds } = await sale.openSale(organiserOf(program), { rows: 2, seatsInRow: 10 });
      const buyers = seatIds.map((seatId, index) => ({ seatId, userId: `buyer-${index}` }));
      const orders = await Promise.all(
        buyers.map(async ({ seatId, userId }) => {
          const client = clientOf(program).as(userId);
          bodyOf(await hold(client, eventId, seatId), 201);
          return { userId, ...bodyOf(await submit(client, eventId, [seatId])) };
        }),
      );
      await delay(150);
      await program.kill();
      program = await startProgram({ env, dataDir });
      for (const { userId, orderId } of orders)
        await eventually(() => orderStatus(clientOf(program).as(userId), orderId), 'CONFIRMED', {
          seconds: 30,
        });
      await program.stop();
      expect((await audited(dataDir)).faults).toEqual([]);
    } finally {
      await program.kill();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
