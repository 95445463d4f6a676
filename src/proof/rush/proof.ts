import type { BookingView } from '../../contract/booking.ts';
import type { EventDetail } from '../../contract/event.ts';
import type { SeatView } from '../../contract/seat.ts';
import { checkHistory } from '../history/check.ts';
import { findDoubleSales } from '../history/double-sale.ts';
import { type BookingOutlook, outlookOfBookings } from '../history/outlook.ts';
import type { HistoryRecord, Violation } from '../history/record.ts';
import { isLost, type Wire } from './wire.ts';

/** What the clients were told, and nothing else. */
export interface ClientProof {
  records: number;
  confirmations: number;
  /** Seats acknowledged CONFIRMED to two bookings at once. */
  oversold: number;
  violations: string[];
}

/** What the server says when it is asked afterwards, held against what the clients were told. */
export interface ServerProof {
  total: number;
  available: number;
  reserved: number;
  booked: number;
  blocked: number;
  /** Seats of confirmed bookings, cancellations left out, according to the clients. */
  confirmedSeats: number;
  /** Seats that more than one confirmed booking claims, or that a confirmed booking has and the map does not. */
  oversold: number;
  violations: string[];
}

/** What was read over the API when the rush was over. */
export interface Afterwards {
  event: EventDetail;
  seats: readonly SeatView[];
  /** Seats that were BOOKED before the first buyer came. */
  bookedBefore: ReadonlySet<number>;
  /** Status by booking id; a booking that is missing here could not be read. */
  bookings: ReadonlyMap<number, string>;
}

const SHOWN = 20;

/** The independent witness: invariants 2 and 27 from the history alone. */
export function proveByClients(history: readonly HistoryRecord[]): ClientProof {
  const violations = checkHistory(history);
  return {
    records: history.length,
    confirmations: history.filter((record) => record.op === 'confirm' && record.outcome === 'ok').length,
    oversold: new Set(findDoubleSales(history).map(({ seat }) => seat)).size,
    violations: sentences(violations),
  };
}

/** Invariant 32 and the sums of the hall, from what the API says afterwards. */
export function proveByServer(history: readonly HistoryRecord[], found: Afterwards): ServerProof {
  const status = new Map(found.seats.map((seat) => [seat.seat_id, seat.status]));
  const claims = claimsBySeat(confirmedBookings(history, found));
  const booked = found.seats.filter((seat) => seat.status === 'BOOKED');
  const contested = [...claims].filter(
    ([seat, bookings]) => bookings.length > 1 || status.get(seat) !== 'BOOKED',
  );
  const strays = booked.filter(({ seat_id }) => !claims.has(seat_id) && !found.bookedBefore.has(seat_id));
  const lost = checkHistory(history, {
    bookingStatus: (bookingId) => found.bookings.get(bookingId),
    seatStatus: (seatId) => status.get(seatId),
  }).filter(({ invariant }) => invariant === 32);
  return {
    total: found.event.total_seats,
    available: found.event.available_seat_count,
    reserved: found.event.reserved_seat_count,
    booked: booked.length,
    blocked: found.seats.filter((seat) => seat.status === 'BLOCKED').length,
    confirmedSeats: claims.size,
    oversold: contested.length,
    violations: [
      ...sums(found, booked.length),
      ...contested.map(
        ([seat, bookings]) =>
          `seat ${seat} is ${status.get(seat)} and is claimed by bookings ${bookings.join(', ')}`,
      ),
      ...strays.map(({ seat_id }) => `seat ${seat_id} is BOOKED and no buyer was told so`),
      ...sentences(lost),
    ].slice(0, SHOWN),
  };
}

/** Reads what the proof needs. Bookings are asked for one by one, each as its own owner. */
export async function readBookings(
  wire: Wire,
  history: readonly HistoryRecord[],
): Promise<ReadonlyMap<number, string>> {
  const statuses = new Map<number, string>();
  const waiting = [...outlookOfBookings(history).values()];
  const reader = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const path = `/api/v1/bookings/${next.bookingId}`;
      const reply = await wire.send({ method: 'GET', path, userId: next.client });
      if (!isLost(reply) && reply.status === 200) {
        statuses.set(next.bookingId, (JSON.parse(reply.body) as BookingView).status);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, reader));
  return statuses;
}

function sums({ event, seats }: Afterwards, booked: number): string[] {
  const found: string[] = [];
  const blocked = seats.filter((seat) => seat.status === 'BLOCKED').length;
  const { available_seat_count, reserved_seat_count, booked_seat_count, total_seats } = event;
  const sum = available_seat_count + reserved_seat_count + booked_seat_count + blocked;
  if (sum !== total_seats || seats.length !== total_seats) {
    found.push(`${sum} seats by status and ${seats.length} listed, of ${total_seats}`);
  }
  if (booked_seat_count !== booked) {
    found.push(`the event counts ${booked_seat_count} booked seats and the list shows ${booked}`);
  }
  return found;
}

/** Certain ones, and those whose end the clients never learned but the server calls CONFIRMED. */
function confirmedBookings(history: readonly HistoryRecord[], found: Afterwards): BookingOutlook[] {
  return [...outlookOfBookings(history).values()].filter(
    ({ confirmed, bookingId }) =>
      confirmed === 'yes' || (confirmed === 'either' && found.bookings.get(bookingId) === 'CONFIRMED'),
  );
}

function claimsBySeat(bookings: readonly BookingOutlook[]): Map<number, number[]> {
  const claims = new Map<number, number[]>();
  for (const { bookingId, seats } of bookings) {
    for (const seat of seats) claims.set(seat, [...(claims.get(seat) ?? []), bookingId]);
  }
  return claims;
}

function sentences(violations: readonly Violation[]): string[] {
  return violations.slice(0, SHOWN).map(({ invariant, message }) => `invariant ${invariant}: ${message}`);
}
