import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { clientOf, organiserOf } from './client.ts';
import { freshFolder, MAIN, startProgram } from './program.ts';
import { buy, hold, openSale, tryHold } from './sale.ts';

const SECRETS = {
  ADMIN_TOKEN: 'planted-organiser-token',
  TICKET_KEYS: '5ec7e7'.repeat(11).slice(0, 64),
  JWT_SECRET: 'planted-jwt-secret-of-more-than-32-characters',
};
const NOBODYS_BUSINESS = [
  ...Object.values(SECRETS),
  'canary-buyer',
  'canary-ticket',
  'canary-body',
  'canary-session',
  'canary-key',
  'canary@mail.example',
  '4111111111111111',
];
const FIELDS = new Set(
  [...readFileSync('docs/logs.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name),
);

/** Those of its lines that are no greeting, and what it wrote in all. */
async function written(): Promise<{ lines: Record<string, unknown>[]; text: string }> {
  const program = await startProgram({ env: { ...SECRETS, LOG_LEVEL: 'trace' } });
  try {
    const anyone = clientOf(program);
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 3 });
    await buy(anyone, 'canary-buyer', eventId, seatIds.slice(0, 1));
    await hold(anyone, 'canary-buyer', eventId, seatIds.slice(1, 2));
    await tryHold(anyone, 'canary-buyer-2', eventId, seatIds.slice(0, 1));
    const headers = {
      'x-token': 'canary-ticket',
      authorization: 'Bearer canary-ticket',
      cookie: 'a=canary-ticket',
    };
    await anyone.with(headers).get(`/api/v1/events/${eventId}?ticket=canary-ticket&user_id=canary-buyer`);
    await anyone.as('canary-buyer').get('/api/v1/bookings', { 'x-sale-session': 'canary-session' });
    await anyone.as('canary-buyer').post('/api/v1/reservations', { 'canary-body': 'canary-body' });
    const card = { booking_id: 1, payment_id: '4111111111111111', email: 'canary@mail.example' };
    const keyed = anyone.as('canary-buyer').with({ 'idempotency-key': 'canary-key' });
    await keyed.post('/api/v1/bookings/1/confirm-payment?card=4111111111111111', card);
    await keyed.post('/api/v1/bookings/canary@mail.example/confirm-payment', card);
    await anyone.as('canary-buyer').with({ 'content-type': 'text/plain' }).post('/api/v1/bookings', card);
    await anyone.get('/no/such/canary-ticket');
    await anyone.get('/api/v1/bookings');
  } finally {
    await program.stop();
  }
  const text = program.output();
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), text };
}

describe('the log of a program with planted secrets', () => {
  it('has none of them, and nobody’s name; every line is as docs/logs.md says', async () => {
    const { lines, text } = await written();
    const greeting = text.split('\n').filter((line) => !line.startsWith('{'));
    const log = text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .join('\n');
    // The organiser's token is shown to whoever starts the program on loopback, and nowhere else.
    expect(greeting.join('\n')).toContain(SECRETS.ADMIN_TOKEN);
    for (const secret of NOBODYS_BUSINESS) expect(log, secret).not.toContain(secret);
    for (const line of lines) for (const field of Object.keys(line)) expect(FIELDS, field).toContain(field);
    const answered = lines.filter(({ event }) => event === 'answered');
    expect(answered.length).toBeGreaterThan(3);
    expect(answered).toContainEqual(
      expect.objectContaining({
        level: 'info',
        status: 200,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        route: '/api/v1/bookings',
        principal: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    );
    expect(answered).toContainEqual(expect.objectContaining({ code: 'IDENTITY_REQUIRED', status: 401 }));
  });

  it('is for people on a terminal', async () => {
    const command = `env PORT=0 SEED_DEMO=false LOG_LEVEL=trace DATA_DIR=${freshFolder()} timeout 8 ${process.execPath} -e ${JSON.stringify(
      `import(${JSON.stringify(MAIN.replace(/main\.js$/, 'telemetry/logs.js'))}).then(({ createLog }) => { createLog({ logLevel: 'info', secrets: [] }).info({ traceId: 'abc' }, 'answered'); setTimeout(() => process.exit(0), 1000); })`,
    )}`;
    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null']);
    expect(stdout).toMatch(/INFO/);
    expect(stdout).toContain('answered');
    expect(stdout).not.toMatch(/^\{/m);
  });
});
