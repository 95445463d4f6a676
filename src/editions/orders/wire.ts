import type { OrdersEvent, OrdersHall, OrdersSeat, SubmittedOrder } from '../../contract/orders.ts';
import { type Millis, SECOND } from '../../core/clock.ts';
import type { Hold, ListedEvent, Order, SeatNow } from './ports/sale.ts';

const HOLD_SECONDS = { least: 5, most: 120 };

/** A hold lasts as long as its caller wants, within what this edition allows. */
export function holdMillis(wantedSeconds: number): Millis {
  return Math.min(Math.max(wantedSeconds, HOLD_SECONDS.least), HOLD_SECONDS.most) * SECOND;
}

export function instant(at: Millis): string {
  return new Date(at).toISOString();
}

export function eventView({ eventId, name, startsAt, venue }: ListedEvent): OrdersEvent {
  return { id: eventId, title: name, dateTime: instant(startsAt), description: venue ?? '' };
}

const STATUS: Readonly<Record<SeatNow['state'], OrdersSeat['status']>> = {
  AVAILABLE: 'AVAILABLE',
  HELD: 'HELD',
  PAYING: 'HELD',
  SOLD: 'SOLD',
  BLOCKED: 'SOLD',
};

/** Rows and columns are counted as the seats come: a new row where section or row is another. */
export function hallView(seats: readonly SeatNow[]): OrdersHall {
  let before: SeatNow['seat'] | undefined;
  let row = 0;
  let column = 0;
  let columns = 0;
  const placed = seats.map(({ seat, state }): OrdersSeat => {
    const goesOn = before !== undefined && before.section === seat.section && before.row === seat.row;
    row += goesOn ? 0 : 1;
    column = goesOn ? column + 1 : 1;
    columns = Math.max(columns, column);
    before = seat;
    return { id: seat.seatId, r: row, c: column, price: seat.price / 100, status: STATUS[state] };
  });
  return { rows: row, cols: columns, seats: placed };
}

/** A hold just as it was made. */
export function holdView({ eventId, seatId, sessionId, heldAt, expiresAt }: Hold) {
  const holdSeconds = Math.round((expiresAt - heldAt) / SECOND);
  return { eventId, seatId, holdSeconds, expiresAt: instant(expiresAt), traceId: sessionId ?? '' };
}

/** The states of an order in this edition's words; a payment on its way is nothing that is seen. */
const ORDER_STATUS: Readonly<Record<string, SubmittedOrder['status']>> = {
  CONFIRMED: 'CONFIRMED',
  REFUNDING: 'CONFIRMED',
  PART_REFUNDING: 'CONFIRMED',
  CANCELLED: 'CANCELLED',
  FAILED: 'CANCELLED',
};

export function orderView({ orderId, state, eventId, seats, createdAt }: Order): SubmittedOrder {
  return {
    orderId,
    status: ORDER_STATUS[state] ?? 'CREATED',
    eventId,
    seatIds: seats.map(({ seatId }) => seatId),
    createdAt: instant(createdAt),
  };
}

/** The trace of the purchase is what its payment is called, so that a repeated one is answered with the same. */
export function confirmedView(
  { eventId, attempt, confirmedAt, createdAt }: Order,
  { seatId }: { seatId: number },
) {
  return {
    eventId,
    seatId,
    traceId: attempt?.paymentId ?? '',
    confirmedAt: instant(confirmedAt ?? createdAt),
  };
}
