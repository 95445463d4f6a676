import type { Millis } from '../../../core/clock.ts';
import type { Office } from '../organiser.ts';
import { elapsed } from '../stopwatch.ts';
import type { LineSample, SeatSample } from './result.ts';

/** Asks for the event's own counts once a second while the rush lasts; `stop` returns what it saw. */
export function sampleSeats(office: Office, eventId: number, opensAt: Millis): { stop(): SeatSample[] } {
  return sampleEverySecond(opensAt, async (at) => {
    const event = await office.event(eventId);
    return {
      at,
      available: event.available_seat_count,
      held: event.reserved_seat_count,
      booked: event.booked_seat_count,
    };
  });
}

/** The same of the line. */
export function sampleLine(office: Office, eventId: number, opensAt: Millis): { stop(): LineSample[] } {
  return sampleEverySecond(opensAt, async (at) => {
    const { waiting, serving } = await office.line(eventId);
    return { at, waiting, serving };
  });
}

function sampleEverySecond<S extends { at: number }>(
  opensAt: Millis,
  look: (at: number) => Promise<S>,
): { stop(): S[] } {
  const samples: S[] = [];
  const sample = async () => {
    const at = Math.max(0, Math.round((elapsed() - opensAt) / 10) / 100);
    // A sample that fails is a gap in a plot; the buyers' own requests count the errors.
    const seen = await look(at).catch(() => undefined);
    if (seen) samples.push(seen);
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
