import type { SeatStreamInit, SeatStreamUpdate } from '../../contract/orders.ts';
import { epochOf, sequenceOf, stamp } from '../../core/stamp.ts';
import { type SharedFrame, terseSseMessage } from '../../http/streams/stream-socket.ts';

/** A seat by its id, and how it stands. */
type Update = readonly [seatId: number, status: SeatStreamUpdate['status']];

/** Seats that are different now; each is one step of the versions from `from` to `version`, if there are as many as steps. */
interface Updates {
  eventId: number | undefined;
  epoch: number;
  from: number;
  version: number;
  seats: readonly Update[];
  /** These are all the seats there are. */
  startsOver: boolean;
}

/** The messages of an update, ready to be sent to many. */
export function updateMessages(updates: Updates): Buffer {
  const { eventId, epoch, from, version, seats, startsOver } = updates;
  const latest = stamp(epoch, version);
  const messages: string[] = [];
  if (startsOver) {
    const init: SeatStreamInit = { eventId: eventId ?? 0, version: latest, reset: true };
    messages.push(message('INIT', init));
  }
  const areSteps = !startsOver && seats.length === version - from;
  for (const [index, [seatId, status]] of seats.entries()) {
    const isLast = index === seats.length - 1;
    const own = areSteps ? stamp(epoch, from + index + 1) : latest;
    // Who is cut off in the middle of what is no account step by step must be sent all of it again.
    const id = areSteps || isLast ? String(own) : undefined;
    const data: SeatStreamUpdate = { seatId, status, version: own };
    messages.push(message('SEAT_UPDATE', data, id));
  }
  return Buffer.from(messages.join(''));
}

/** The first message of a stream. Its id is where a client goes on that hears nothing more. */
export function initFrame(
  eventId: number,
  { epoch, version }: { epoch: number; version: number },
): SharedFrame {
  const at = stamp(epoch, version);
  const init: SeatStreamInit = { eventId, version: at, reset: false };
  const bytes = Buffer.from(message('INIT', init, String(at)));
  return { sse: bytes, webSocket: bytes };
}

/** As seed 003's server writes it. */
function message(event: string, data: SeatStreamInit | SeatStreamUpdate, id?: string): string {
  return terseSseMessage(event, JSON.stringify(data), id);
}

const VERSION = /^\d{1,16}$/;

/** Where a client stopped; what is no version is from another time: its client is told everything anew. */
export function pointOf(lastEventId: string): { epoch: number; version: number } {
  const at = VERSION.test(lastEventId) ? Number(lastEventId) : -1;
  return Number.isSafeInteger(at) && at >= 0
    ? { epoch: epochOf(at), version: sequenceOf(at) }
    : { epoch: -1, version: 0 };
}
