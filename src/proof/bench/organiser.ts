import type { EventDetail, EventInput, EventView } from '../../contract/event.ts';
import { SEATS_PER_CALL, type SeatView } from '../../contract/seat.ts';
import { layOutSeats } from '../rush/organiser.ts';
import type { SeatRun, SeatStock } from './load/seat-stock.ts';

export const LARGEST_HALL = SEATS_PER_CALL;

/** Puts an event on sale over the API; its seats in runs of following ids. */
export async function openEvent(
  port: number,
  seats: number,
  terms: Partial<EventInput> = {},
): Promise<{ eventId: number; runs: SeatRun[] }> {
  const { event_id: eventId } = await ask<EventView>(port, '/api/v1/events', {
    event_name: `Bench of ${seats} seats`,
    event_date: '2030-01-01T19:00:00',
    venue_name: 'Onrush Hall',
    total_seats: seats,
    ...terms,
  });
  const made = await ask<SeatView[]>(port, `/api/v1/events/${eventId}/seats`, layOutSeats(seats));
  await ask<EventView>(port, `/api/v1/events/${eventId}/start-sale`, {});
  return {
    eventId,
    runs: runsOf(
      eventId,
      made.map((seat) => seat.seat_id),
    ),
  };
}

/** Opens halls until the stock has so many seats. */
export async function restock(port: number, stock: SeatStock, seats: number): Promise<void> {
  while (stock.left() < seats) {
    for (const run of (await openEvent(port, LARGEST_HALL)).runs) stock.add(run);
  }
}

export function eventDetail(port: number, eventId: number): Promise<EventDetail> {
  return ask<EventDetail>(port, `/api/v1/events/${eventId}`);
}

async function ask<T>(port: number, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { 'content-type': 'application/json', 'x-user-id': `organiser-${path}` },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  return (await answer.json()) as T;
}

function runsOf(eventId: number, seatIds: readonly number[]): SeatRun[] {
  const runs: SeatRun[] = [];
  for (const seatId of seatIds.toSorted((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last && last.firstId + last.count === seatId) last.count++;
    else runs.push({ eventId, firstId: seatId, count: 1 });
  }
  return runs;
}
