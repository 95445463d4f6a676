import type { SeatMove } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { MoveCause, SeatState } from '../../../reservation/seat.ts';
import { beingReadAnew, type Seen } from './answers.ts';
import type { Entry } from './entry.ts';
import type { EntryStream } from './entry-stream.ts';
import { seatField } from './keys.ts';
import { Mirror } from './mirror.ts';
import { claimOf, type PackedSeat, stateOf } from './packed-seat.ts';

/** Seats in one reading: it keeps Redis from others for about a millisecond. */
const SEATS_AT_ONCE = 1_000;
const TRIES = 5;

export type ReadSeats = (fields: readonly string[]) => Promise<Seen>;

export interface MirrorReading {
  hall: Hall;
  /** Any number of this node's own. */
  node: number;
  readSeats: ReadSeats;
  stream: EntryStream;
  /** Every entry that is told meanwhile. */
  collected: Entry[];
  /** Called in the turn of the moment that the mirror shows, so that the very next entry can be brought to it. */
  handOver(mirror: Mirror): void;
}

/**
 * Reads a hall in parts while buyers go on, and brings all parts to one moment with the entries that were told
 * meanwhile.
 */
export async function readMirror(reading: MirrorReading): Promise<Mirror> {
  const { hall, readSeats, stream, collected } = reading;
  for (let tries = 0; tries < TRIES; tries++) {
    collected.length = 0;
    const look = await readSeats([]);
    await hasHeard(stream, look);
    const parts = await readParts(readSeats, hall);
    const isOneLoad = parts.every(
      ({ generation, epoch }) => generation === look.generation && epoch === look.epoch,
    );
    const last = parts.at(-1)?.sequence ?? look.sequence;
    if (!isOneLoad || !(await stream.reached(last))) continue;
    const mirror = new Mirror(hall, look.epoch, atOneMoment(hall, parts, collected), reading.node);
    reading.handOver(mirror);
    return mirror;
  }
  throw beingReadAnew(hall.eventId);
}

/** Waits for what was told before this moment. What does not come was missed, and is in what will be read. */
async function hasHeard(stream: EntryStream, { generation, sequence }: Seen): Promise<void> {
  const isWhole = stream.generation === generation && stream.position !== undefined && !stream.hasGap;
  if (!isWhole || !(await stream.reached(sequence))) stream.beginAt(generation, sequence);
}

async function readParts(readSeats: ReadSeats, hall: Hall): Promise<Seen[]> {
  const parts: Seen[] = [];
  for (let first = 0; first < hall.seats.length; first += SEATS_AT_ONCE) {
    const some = hall.seats.slice(first, first + SEATS_AT_ONCE);
    parts.push(await readSeats(some.map(({ seatId }) => seatField(seatId))));
  }
  return parts;
}

function atOneMoment(hall: Hall, parts: readonly Seen[], collected: readonly Entry[]): (PackedSeat | null)[] {
  const seats = parts.flatMap((part) => part.seats);
  for (const { sequence, lines } of collected) {
    for (const { seatId, seat } of lines) {
      const ordinal = hall.ordinalOf(seatId);
      if (ordinal === undefined) continue;
      const part = parts[Math.floor(ordinal / SEATS_AT_ONCE)];
      if (part && sequence > part.sequence) seats[ordinal] = seat;
    }
  }
  return seats;
}

const LIKELY_CAUSE: Readonly<Record<SeatState, MoveCause>> = {
  AVAILABLE: 'release',
  HELD: 'hold',
  PAYING: 'booking',
  SOLD: 'sale',
  BLOCKED: 'block',
};

/** What must have happened to seats while nobody was told: their way from then to now in one step. */
export function differences(before: Mirror, now: Mirror): SeatMove[] {
  const { hall } = now;
  return hall.seats.flatMap(({ seatId }, ordinal): SeatMove[] => {
    const [from, to] = [stateOf(before.seatAt(ordinal)), stateOf(now.seatAt(ordinal))];
    if (from === to) return [];
    const hold = claimOf(hall.eventId, seatId, now.seatAt(ordinal));
    const step = { ordinal, seatId, from, to, cause: LIKELY_CAUSE[to], actor: null };
    return [{ hold, number: hold?.fence ?? 0, at: hold?.endedAt ?? hold?.heldAt ?? 0, ...step }];
  });
}
