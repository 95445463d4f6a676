import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/core/refusal.ts';
import { stamp } from '../../../src/core/stamp.ts';
import { ORDERS_FACE, ORDERS_FACE_OF_ORDERS } from '../../../src/editions/orders/face.ts';
import { ownPath } from '../../../src/editions/orders/paths.ts';
import type { SeatNow } from '../../../src/editions/orders/ports/sale.ts';
import { initFrame, pointOf, updateMessages } from '../../../src/editions/orders/stream-wire.ts';
import {
  confirmedView,
  eventView,
  hallView,
  holdMillis,
  holdView,
  orderView,
} from '../../../src/editions/orders/wire.ts';
import { errorAnswer, STATUS_OF } from '../../../src/http/answers/refusals.ts';

const AT = Date.UTC(2026, 10, 21, 0, 26, 28);

describe('the words of the orders edition', () => {
  it('of events and holds', () => {
    expect(eventView({ eventId: 1, name: 'Ultra Concert', startsAt: AT, venue: null })).toEqual({
      id: 1,
      title: 'Ultra Concert',
      dateTime: '2026-11-21T00:26:28.000Z',
      description: '',
    });
    expect([-1, 0, 5, 42, 120, 1e15].map(holdMillis)).toEqual([5e3, 5e3, 5e3, 42e3, 120e3, 120e3]);
    const hold = { eventId: 1, seatId: 2, sessionId: 'a trace', heldAt: AT, expiresAt: AT + 60_000 };
    expect(holdView(hold)).toEqual({
      eventId: 1,
      seatId: 2,
      holdSeconds: 60,
      expiresAt: '2026-11-21T00:27:28.000Z',
      traceId: 'a trace',
    });
  });

  it('of a hall: rows as they come, as many columns as the longest has', () => {
    const seat = (seatId: number, section: string, row: string, state: SeatNow['state']): SeatNow => ({
      seat: { seatId, section, row, price: 51_050 },
      state,
    });
    const hall = hallView([
      ...[seat(1, 'Floor', 'A', 'AVAILABLE'), seat(2, 'Floor', 'A', 'HELD'), seat(3, 'Floor', 'B', 'PAYING')],
      ...[seat(4, 'Stand', 'B', 'SOLD'), seat(5, 'Stand', 'B', 'BLOCKED')],
    ]);
    expect([hall.rows, hall.cols]).toEqual([3, 2]);
    expect(hall.seats.map(({ id, r, c, status }) => [id, r, c, status])).toEqual([
      ...[
        [1, 1, 1, 'AVAILABLE'],
        [2, 1, 2, 'HELD'],
        [3, 2, 1, 'HELD'],
      ],
      ...[
        [4, 3, 1, 'SOLD'],
        [5, 3, 2, 'SOLD'],
      ],
    ]);
    expect(hall.seats[0]?.price).toBe(510.5);
    expect(hallView([])).toEqual({ rows: 0, cols: 0, seats: [] });
  });

  it('of an order: whatever is on its way is CREATED, whatever came to nothing CANCELLED', () => {
    const order = { orderId: 7, eventId: 1, seats: [{ seatId: 2 }], attempt: null, createdAt: AT };
    const statusOf = (state: string) => orderView({ ...order, state, confirmedAt: null }).status;
    expect(['PENDING', 'AUTHORIZING', 'UNKNOWN', 'VOIDING'].map(statusOf)).toEqual(Array(4).fill('CREATED'));
    expect(['CONFIRMED', 'REFUNDING', 'PART_REFUNDING'].map(statusOf)).toEqual(Array(3).fill('CONFIRMED'));
    expect(['CANCELLED', 'FAILED'].map(statusOf)).toEqual(Array(2).fill('CANCELLED'));
    const paid = { ...order, state: 'CONFIRMED', confirmedAt: AT, attempt: { paymentId: 'a trace' } };
    expect(confirmedView(paid, { seatId: 2 })).toEqual({
      eventId: 1,
      seatId: 2,
      traceId: 'a trace',
      confirmedAt: '2026-11-21T00:26:28.000Z',
    });
  });
});

describe('its errors', () => {
  const request = { url: '/api', headers: {} };
  const said = (code: Parameters<typeof refuse>[0], face = ORDERS_FACE) => {
    const refusal = refuse(code);
    const answer = errorAnswer(refusal, { traceId: 't', acceptLanguage: undefined });
    const { status = STATUS_OF[code], fields } = face.wordsFor({
      refusal,
      answer,
      status: STATUS_OF[code],
      request,
    });
    return [status, fields.code];
  };

  it.each([
    ['SEATS_TAKEN', 409, 'RESERVATION_CONFLICT'],
    ['SEAT_NOT_YOURS', 409, 'RESERVATION_CONFLICT'],
    ['RESERVATION_EXPIRED', 410, 'RESERVATION_EXPIRED'],
    ['PAYMENT_DEADLINE_PASSED', 410, 'RESERVATION_EXPIRED'],
    ['SEAT_SOLD', 422, 'VALIDATION_FAILED'],
    ['VALIDATION_FAILED', 422, 'VALIDATION_FAILED'],
    ['EVENT_NOT_FOUND', 404, 'EVENT_NOT_FOUND'],
    ['BOOKING_NOT_FOUND', 404, 'ORDER_NOT_FOUND'],
    ['PAYMENT_FAILED', 402, 'PAYMENT_FAILED'],
    ['INTERNAL_ERROR', 500, 'INTERNAL_ERROR'],
  ] as const)('%s is %d %s', (refused, status, named) => {
    expect(said(refused)).toEqual([status, named]);
  });

  it('an order of a hold that is over is a conflict', () => {
    expect(said('RESERVATION_EXPIRED', ORDERS_FACE_OF_ORDERS)).toEqual([409, 'RESERVATION_CONFLICT']);
    expect(said('SEAT_SOLD', ORDERS_FACE_OF_ORDERS)).toEqual([422, 'VALIDATION_FAILED']);
  });
});

it('its paths are found behind the names that nginx knows, and nothing else is', () => {
  const found = ['', '/catalog', '/reservation', '/order', '/payment'].map((name) =>
    ownPath(`/ticketing${name}/api/events?x=/ticketing/api/`),
  );
  expect(new Set(found)).toEqual(new Set(['/api/events?x=/ticketing/api/']));
  for (const other of [
    '/ticketing/other/api/x',
    '/ticketing/order/order/api/x',
    '/ticketing',
    '/x/ticketing/api/',
  ])
    expect(ownPath(other)).toBe(other);
});

describe('its stream', () => {
  const updates = { eventId: 9, epoch: 3, from: 4, version: 6, startsOver: false };
  const text = (given: Partial<Parameters<typeof updateMessages>[0]>) =>
    updateMessages({ ...updates, seats: [], ...given }).toString();

  it('has a message for each step, under a version of its own', () => {
    const [first, second] = [stamp(3, 5), stamp(3, 6)];
    expect(
      text({
        seats: [
          [1, 'HELD'],
          [2, 'SOLD'],
        ],
      }),
    ).toBe(
      `id:${first}\nevent:SEAT_UPDATE\ndata:{"seatId":1,"status":"HELD","version":${first}}\n\n` +
        `id:${second}\nevent:SEAT_UPDATE\ndata:{"seatId":2,"status":"SOLD","version":${second}}\n\n`,
    );
  });

  it('names a place to go on from only at the end of what is no account step by step', () => {
    const caughtUp = text({
      version: 20,
      seats: [
        [1, 'HELD'],
        [2, 'SOLD'],
      ],
    });
    expect(caughtUp.match(/^id:\d+$/gm)).toEqual([`id:${stamp(3, 20)}`]);
    const anew = text({ from: 6, startsOver: true, seats: [[1, 'AVAILABLE']] });
    expect(anew.startsWith(`event:INIT\ndata:{"eventId":9,"version":${stamp(3, 6)},"reset":true}\n\n`)).toBe(
      true,
    );
  });

  it('reads back what it named', () => {
    const named = /^id:(\d+)$/m.exec(initFrame(1, { epoch: 3, version: 5 }).sse.toString())?.[1];
    expect(pointOf(named ?? '')).toEqual({ epoch: 3, version: 5 });
    for (const nonsense of ['', 'x', '-1', '1.5', '9'.repeat(16), '1'.repeat(20)])
      expect(pointOf(nonsense).epoch).toBe(-1);
  });
});
