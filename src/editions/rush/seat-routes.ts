import {
  EventParams,
  PayInput,
  PayView,
  RushHoldInput,
  RushHoldView,
  SeatList,
  TokenQuery,
} from '../../contract/rush.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import type { HttpServer } from '../../http/kit.ts';
import { buyer, withToken } from './buyer.ts';
import { HOLD_FACE, PAY_FACE, RUSH_FACE } from './face.ts';
import type { Doorway } from './ports/doorway.ts';
import type { Purchases, SeatNow, Seats } from './ports/seats.ts';
import { STATUS } from './words.ts';

const tags = ['rush'];
const of = { tags, params: EventParams, querystring: TokenQuery };

export interface SeatRoutesNeeds {
  doorway: Doorway;
  seats: Seats;
  purchases: Purchases;
}

/** What is done with a token: `/events/{id}/seats`. */
export function seatRoutes(app: HttpServer, needs: SeatRoutesNeeds): void {
  listRoute(app, needs);
  holdRoute(app, needs);
  payRoute(app, needs);
}

function listRoute(app: HttpServer, { doorway, seats }: SeatRoutesNeeds): void {
  const list = answerTo({
    schema: { summary: 'All seats, and the one that is paid for', ...of, response: { 200: SeatList } },
    sender: buyer,
    async ask({ userId }, { params }) {
      const found = await seats.seats(params.event_id);
      // As they were made: its clients cut the list into rows.
      const inOrder = found && [...found.seats].sort((a, b) => a.seat.seatId - b.seat.seatId);
      return inOrder ? { userId, seats: inOrder } : refuse('EVENT_NOT_FOUND');
    },
    view: ({ userId, seats: all }) => ({
      seat_list: all.map(({ seat, state }) => ({
        seat_id: seat.seatId,
        seat_label: seat.number,
        status: STATUS[state],
      })),
      my_paid_label:
        all.find(({ state, claim }) => state === 'SOLD' && claim?.userId === userId)?.seat.number ?? null,
    }),
  });
  app.get('/events/:event_id/seats', {
    ...list,
    preHandler: withToken(doorway),
    config: { face: RUSH_FACE, hot: true },
  });
}

function holdRoute(app: HttpServer, { doorway, seats, purchases }: SeatRoutesNeeds): void {
  const hold = answerTo({
    schema: {
      summary:
        'Hold a seat, or give it back when it is the one held before; another one held is given back for it',
      ...of,
      body: RushHoldInput,
      response: { 200: RushHoldView },
    },
    sender: buyer,
    async ask(who, { params: { event_id }, body }) {
      const { seat_id, status } = body;
      const wrong = await labelled(seats, event_id, body);
      if (wrong) return wrong;
      const before = seatBefore(body);
      if (before !== seat_id || status !== 'HOLD') {
        const known = before === undefined ? {} : { before };
        const held = await purchases.hold(event_id, seat_id, who, known);
        return isRefusal(held) ? held : { status: 'HOLD' as const };
      }
      const released = await purchases.release(event_id, seat_id, who);
      // Nobody has it any more: it is as he wants it.
      const isFree = !isRefusal(released) || released.refused === 'RESERVATION_EXPIRED';
      return isFree ? { status: 'AVAILABLE' as const } : released;
    },
    view: ({ status }, { body: { seat_id, seat_label } }) => ({ seat_id, seat_label, seat_status: status }),
  });
  app.post('/events/:event_id/seats/hold', {
    ...hold,
    preHandler: withToken(doorway),
    config: { face: HOLD_FACE, hot: true },
  });
}

function payRoute(app: HttpServer, { doorway, seats, purchases }: SeatRoutesNeeds): void {
  const pay = answerTo({
    schema: {
      summary: 'Pay the held seat; one for each buyer, and the same again is the same',
      ...of,
      body: PayInput,
      response: { 200: PayView },
    },
    sender: buyer,
    async ask({ userId, key }, { params: { event_id }, body: { seat_id, seat_label }, id }) {
      // Nothing chosen is nothing held, which has its own sentence here.
      if (seat_id === null || seat_label === null) return refuse('RESERVATION_EXPIRED');
      const wrong = await labelled(seats, event_id, { seat_id, seat_label });
      const purchase = { eventId: event_id, seatId: seat_id, userId, paymentId: id };
      return wrong ?? purchases.pay(purchase, key);
    },
    view: () => ({ message: '결제완료' }),
  });
  app.post('/events/:event_id/seats/pay', {
    ...pay,
    preHandler: withToken(doorway),
    config: { face: PAY_FACE, hot: true },
  });
}

interface SeatChange {
  seat_id: number;
  seat_label: string;
  prev_seat_id?: number | null;
  prev_seat_label?: string | null;
}

/** The seat that the client held, which may be named by its label alone if it is the same. */
function seatBefore({ seat_id, seat_label, prev_seat_id, prev_seat_label }: SeatChange): number | undefined {
  return prev_seat_id ?? (prev_seat_label === seat_label ? seat_id : undefined);
}

/** A seat is named twice, by its id and by its label. */
async function labelled(
  seats: Seats,
  eventId: number,
  { seat_id, seat_label }: { seat_id: number; seat_label: string },
): Promise<Refusal | undefined> {
  const now: SeatNow | undefined = (await seats.seats(eventId, [seat_id]))?.seats[0];
  if (!now) return refuse('SEAT_NOT_FOUND');
  if (now.seat.number === seat_label) return undefined;
  const detail = [{ field: 'seat_label', message: `must be ${now.seat.number}` }];
  return refuse('VALIDATION_FAILED', {}, { detail });
}
