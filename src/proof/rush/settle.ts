import type { BookingView } from '../../contract/booking.ts';
import type { HistoryRecord } from '../history/record.ts';
import { meaningOf } from './crowd/classify.ts';
import { elapsed } from './stopwatch.ts';
import { isLost, type Wire } from './wire.ts';

/**
 * Ends what buyers left open: whoever asked for a booking and never learned its end (a broken connection, the end of
 * the grace) looks at their own bookings once more and cancels what is still PENDING. Returns what was done, as
 * records of those same clients, so that the history stays whole.
 */
export async function settleOpenBookings(
  wire: Wire,
  run: string,
  history: readonly HistoryRecord[],
): Promise<HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  for (const client of clientsWithOpenEnds(history)) {
    const reply = await wire.send({ method: 'GET', path: '/api/v1/bookings', userId: client });
    if (isLost(reply) || reply.status !== 200) continue;
    for (const booking of JSON.parse(reply.body) as BookingView[]) {
      if (booking.status === 'PENDING') records.push(await cancel(wire, run, { client, booking }));
    }
  }
  return records;
}

function clientsWithOpenEnds(history: readonly HistoryRecord[]): Set<string> {
  const open = new Set<string>();
  for (const record of history)
    if (record.op === 'book' && record.outcome !== 'fail') open.add(record.client);
  for (const record of history) {
    if ((record.op === 'confirm' || record.op === 'cancel') && record.outcome === 'ok')
      open.delete(record.client);
  }
  return open;
}

async function cancel(
  wire: Wire,
  run: string,
  { client, booking }: { client: string; booking: BookingView },
): Promise<HistoryRecord> {
  const key = `${run}-settle-${booking.booking_id}`;
  const invokedAt = elapsed();
  const path = `/api/v1/bookings/${booking.booking_id}/cancel`;
  const reply = await wire.send({
    method: 'POST',
    path,
    userId: client,
    key,
    body: { reason: 'the rush is over' },
  });
  return {
    client,
    op: 'cancel',
    key,
    seats: booking.seats.map((seat) => seat.seat_id),
    bookingId: booking.booking_id,
    invokedAt,
    completedAt: elapsed(),
    outcome: meaningOf(reply).outcome,
  };
}
