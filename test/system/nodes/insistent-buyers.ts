import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../../../src/roles.ts';
import type { Answer, Client } from '../client.ts';

/** Longer than a role takes to be there again on a busy machine. */
const PATIENCE_MILLIS = 150_000;

export interface Purchase {
  readonly buyer: string;
  readonly eventId: number;
  readonly seatIds: readonly number[];
  /** What the buyer pays with. */
  readonly paymentId: string;
}

/** What a buyer was told at last. */
export interface Bought {
  readonly bookingId: number | undefined;
  /** CONFIRMED, or the code of the refusal. */
  readonly end: string;
}

interface Said {
  code?: string;
  indefinite?: boolean;
  booking_id?: number;
  status?: string;
}

/** Holds, books and pays, each with its key, and asks again whenever nobody answered or the answer was not certain. */
export async function bought(at: (role: Role) => Client, wish: Purchase): Promise<Bought> {
  const { buyer, eventId, seatIds, paymentId } = wish;
  const named = { event_id: eventId, seat_ids: seatIds, user_id: buyer };
  const held = await insisting(() => at('reservation').as(buyer), '/api/v1/reservations', named);
  if (held.status !== 201) return { bookingId: undefined, end: held.body?.code ?? `${held.status}` };
  const booked = await insisting(() => at('order').as(buyer), '/api/v1/bookings', named);
  const bookingId = booked.body?.booking_id;
  if (booked.status !== 201 || bookingId === undefined)
    return { bookingId: undefined, end: booked.body?.code ?? `${booked.status}` };
  const path = `/api/v1/bookings/${bookingId}/confirm-payment`;
  const body = { booking_id: bookingId, payment_id: paymentId };
  const paid = await insisting(() => at('order').as(buyer), path, body);
  return { bookingId, end: paid.body?.status ?? paid.body?.code ?? `${paid.status}` };
}

async function insisting(client: () => Client, path: string, body: unknown): Promise<Answer<Said>> {
  const headers = { 'idempotency-key': `${path} ${JSON.stringify(body)}` };
  const deadline = performance.now() + PATIENCE_MILLIS;
  let last = 'nothing';
  while (performance.now() < deadline) {
    try {
      const answer = await client().post<Said>(path, body, headers);
      const isCertain = answer.status < 500 && answer.body?.code !== 'PAYMENT_IN_PROGRESS';
      if (isCertain && answer.body?.code !== 'IDEMPOTENCY_IN_FLIGHT') return answer;
      last = `${answer.status} ${answer.text.slice(0, 200)}`;
    } catch (error) {
      last = String(error);
    }
    await delay(50);
  }
  throw new Error(`${path} was never answered for certain, at last: ${last}`);
}
