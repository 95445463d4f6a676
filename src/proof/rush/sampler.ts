import type { Millis } from '../../core/clock.ts';
import type { Office } from './organiser.ts';
import type { SeatSample } from './result.ts';
import { elapsed } from './stopwatch.ts';

/** Asks for the event's own counts once a second while the rush lasts; `stop` returns what it saw. */
export function sampleSeats(office: Office, eventId: number, opensAt: Millis): { stop(): SeatSample[] } {
  const samples: SeatSample[] = [];
  const sample = async () => {
    const at = Math.round((elapsed() - opensAt) / 10) / 100;
    // A sample that fails is a gap in a plot; the buyers' own requests count the errors.
    const event = await office.event(eventId).catch(() => undefined);
    if (!event) return;
    samples.push({
      at: Math.max(0, at),
      available: event.available_seat_count,
      held: event.reserved_seat_count,
      booked: event.booked_seat_count,
    });
  };
  void sample();
  const timer = setInterval(sample, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return samples.sort((a, b) => a.at - b.at);
    },
  };
}
