import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { below, type OtlpReceiver, otlpReceiver } from '../backends/otlp-receiver.ts';
import { type SmtpCatcher, smtpCatcher } from '../backends/smtp-catcher.ts';
import { bodyOf, type Client, clientOf, type ErrorBody, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { book, openSale, tryBook, tryHold, tryPay } from './sale.ts';

let collector: OtlpReceiver;
let post: SmtpCatcher;
beforeAll(async () => {
  collector = await otlpReceiver();
  post = await smtpCatcher();
});
afterAll(async () => {
  await collector.stop();
  await post.stop();
});

const ofTrace = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);
const namesIn = (traceId: string) => ofTrace(traceId).map(({ name }) => name);

async function traced(env: Record<string, string> = {}): Promise<Program> {
  const more = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    SMTP_URL: post.url,
    MAIL_FROM: 'sale@example.org',
  };
  return startProgram({ env: { ...more, ...env } });
}

/** A whole purchase in the name of a client that begins the trace; the root is his. */
async function purchase(program: Program, { traceId, spanId }: { traceId: string; spanId: string }) {
  const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
  const anyone: Client = clientOf(program).with({ traceparent: `00-${traceId}-${spanId}-01` });
  bodyOf(await tryHold(anyone, 'ann', eventId, seatIds), 201);
  const body = {
    event_id: eventId,
    seat_ids: seatIds,
    user_id: 'ann',
    contact: { email: 'ann@example.org' },
  };
  const booking = bodyOf(await anyone.as('ann').post<{ booking_id: number }>('/api/v1/bookings', body), 201);
  return bodyOf(await tryPay(anyone, 'ann', booking.booking_id));
}

describe('one purchase', () => {
  let program: Program;
  beforeAll(async () => {
    program = await traced();
  });
  afterAll(() => program.stop());

  it('is one tree, from the request to the last consumer and the letter', async () => {
    const root = { traceId: 'a1'.repeat(16), spanId: 'b2'.repeat(8) };
    await purchase(program, root);
    const last = ['ticket takes order.events', 'mail tickets'];
    await eventually(
      () => Promise.resolve(namesIn(root.traceId)),
      (names) => last.every((name) => names.includes(name)),
    );
    await eventually(
      () => Promise.resolve(ofTrace(root.traceId)),
      (spans) => orphans(spans, root.spanId).length === 0,
    );
    const spans = ofTrace(root.traceId);
    const names = spans.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'POST /api/v1/reservations',
        'seats hold_seats',
        'POST /api/v1/bookings',
        'order begins payment',
        'seats begin_payment',
        'POST /api/v1/bookings/:id/confirm-payment',
        'payment authorize',
        'mock authorize',
        'order sells seats',
        'seats sell_seats',
        'payment capture',
        'ledger commit',
        'publish order.events',
        ...last,
      ]),
    );
    const paying = spans.find(({ name }) => name === 'POST /api/v1/bookings/:id/confirm-payment');
    const within = below(spans, paying?.spanId ?? '').map(({ name }) => name);
    expect(within).toContain('ticket takes order.events');
    expect(within).toContain('mock capture');
  });

  it('shares its transactions with others: they are traces of their own, which name it', async () => {
    const root = { traceId: 'a2'.repeat(16), spanId: 'b3'.repeat(8) };
    await purchase(program, root);
    const linked = () =>
      collector.spans.filter(
        ({ name, links }) =>
          name === 'ledger transaction' && links.some(({ traceId }) => traceId === root.traceId),
      );
    await eventually(
      async () => linked().length,
      (count) => count > 0,
    );
    expect(linked().some(({ traceId }) => traceId === root.traceId)).toBe(false);
  });

  it('has the trace id of its headers where no caller brought one', async () => {
    const answer = await clientOf(program).get('/api/v1/events');
    const traceId = answer.headers['trace-id'] as string;
    await eventually(
      async () => namesIn(traceId),
      (names) => names.includes('GET /api/v1/events'),
    );
    expect(ofTrace(traceId)[0]?.parentSpanId).toBe('');
  });

  it('continues a trace that came as B3', async () => {
    const [traceId, spanId] = ['c3'.repeat(16), 'd4'.repeat(8)];
    await clientOf(program).get('/api/v1/events', { b3: `${traceId}-${spanId}-1` });
    await eventually(async () => ofTrace(traceId)[0]?.parentSpanId, spanId);
  });
});

it('an order that a crash left in the middle is driven on in the trace of its buyer', async () => {
  const [traceId, spanId] = ['ac'.repeat(16), 'bd'.repeat(8)];
  const dataDir = freshFolder();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const slow = await startProgram({ env: { ...env, PAYMENT_DELAY_MS: '8000' }, dataDir });
  const { eventId, seatIds } = await openSale(organiserOf(slow), { rows: 1, seatsInRow: 1 });
  const { booking_id } = await book(clientOf(slow), 'eve', eventId, seatIds);
  const anyone = clientOf(slow).with({ traceparent: `00-${traceId}-${spanId}-01` });
  const paying = tryPay(anyone, 'eve', booking_id).catch(() => undefined);
  await delay(1_500);
  await slow.kill();
  await paying;

  const program = await startProgram({ env, dataDir });
  try {
    const wanted = ['order driven on', 'mock authorize', 'ticket takes order.events'];
    await eventually(
      () => namesIn(traceId),
      (names) => wanted.every((name) => names.includes(name)),
    );
    const driven = ofTrace(traceId).find(({ name }) => name === 'order driven on');
    const names = below(collector.spans, driven?.spanId ?? '').map(({ name }) => name);
    expect(names).toContain('ticket takes order.events');
  } finally {
    await program.stop();
    rmSync(dataDir, { recursive: true });
  }
});

it('of a program that keeps none, one with an error of ours is kept, whole', async () => {
  const provider = {
    PAYMENT_PROVIDER: 'toss',
    TOSS_SECRET_KEY: 'of-a-test',
    TOSS_ORIGIN: 'http://127.0.0.1:9',
  };
  const program = await traced({ ...provider, OTEL_TRACES_SAMPLER: 'always_off', TRACE_SLOW_MS: '600000' });
  try {
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(clientOf(program), 'ann', eventId, seatIds);
    const failed = await tryPay(clientOf(program), 'ann', booking_id);
    expect(failed.status).toBe(503);
    const traceId = failed.headers['trace-id'] as string;
    await eventually(
      async () => namesIn(traceId),
      (names) =>
        names.includes('toss authorize') && names.includes('POST /api/v1/bookings/:id/confirm-payment'),
    );
  } finally {
    await program.stop();
  }
});

it('of a program that keeps none, slow traces are kept, whole', async () => {
  const env = { OTEL_TRACES_SAMPLER: 'always_off', TRACE_SLOW_MS: '600', PAYMENT_DELAY_MS: '700' };
  const program = await traced(env);
  try {
    const quick = { traceId: 'e5'.repeat(16), spanId: 'f6'.repeat(8) };
    const slow = await purchaseOf(program, quick);
    await eventually(
      async () => namesIn(slow),
      (names) => names.includes('mock authorize'),
    );
    expect(namesIn(slow)).toContain('POST /api/v1/bookings/:id/confirm-payment');
  } finally {
    await program.stop();
  }
  expect(namesIn('e5'.repeat(16))).toEqual([]);
});

/** Quick requests under the trace that is given, a slow one under a trace of its own, which is answered. */
async function purchaseOf(program: Program, { traceId, spanId }: { traceId: string; spanId: string }) {
  const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 1 });
  const anyone = clientOf(program).with({ traceparent: `00-${traceId}-${spanId}-00` });
  bodyOf(await tryHold(anyone, 'bob', eventId, seatIds), 201);
  const { booking_id } = bodyOf(await tryBook(anyone, 'bob', eventId, seatIds), 201);
  const paid = await tryPay(clientOf(program), 'bob', booking_id);
  bodyOf(paid);
  return paid.headers['trace-id'] as string;
}

it('an error names the trace that the collector has', async () => {
  const program = await traced();
  try {
    const answer = await clientOf(program).get<ErrorBody>('/api/v1/bookings/1');
    expect(answer.body).toMatchObject({ traceId: answer.headers['trace-id'] });
    const traceId = answer.headers['trace-id'] as string;
    await eventually(
      async () => namesIn(traceId),
      (names) => names.includes('GET /api/v1/bookings/:id'),
    );
  } finally {
    await program.stop();
  }
});

/** Spans whose parent nobody has told of, but for those right below the caller's. */
function orphans(spans: readonly { spanId: string; parentSpanId: string }[], root: string) {
  const known = new Set([root, ...spans.map(({ spanId }) => spanId)]);
  return spans.filter(({ parentSpanId }) => !known.has(parentSpanId));
}
