import type { SharedFrame } from '../http/streams/stream-socket.ts';
import type { MapVoice } from '../realtime/map-voice.ts';
import type { MapStatus } from '../realtime/ports/map-source.ts';
import type { LiveMapService } from '../realtime/service.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { ShownAs } from './map-source.ts';

/** Maps in the words of the editions rush and orders: a seat being paid for is held, one that is out of the sale is sold. */
export const HELD_OR_SOLD: ShownAs = {
  AVAILABLE: 'AVAILABLE',
  HELD: 'RESERVED',
  PAYING: 'RESERVED',
  SOLD: 'BOOKED',
  BLOCKED: 'BOOKED',
};

const WORDS: Readonly<Record<MapStatus, 'AVAILABLE' | 'HELD' | 'SOLD'>> = {
  AVAILABLE: 'AVAILABLE',
  RESERVED: 'HELD',
  BOOKED: 'SOLD',
  BLOCKED: 'SOLD',
};

/** Seats that are different now. Each is a step of the versions from `from` to `version`, if there are as many as steps. */
export interface SeatUpdates {
  eventId: number | undefined;
  epoch: number;
  from: number;
  version: number;
  seats: readonly (readonly [seatId: number, status: 'AVAILABLE' | 'HELD' | 'SOLD'])[];
  /** What was told before is worth nothing: these are all the seats there are. */
  startsOver: boolean;
}

/** How each edition writes updates: one over server-sent events, the other over WebSockets. */
export interface Writers {
  sse(updates: SeatUpdates): Buffer;
  webSocket(updates: SeatUpdates): Buffer;
}

class UpdatesFrame implements SharedFrame {
  readonly #updates: SeatUpdates;
  readonly #writers: Writers;
  #sse: Buffer | undefined;
  #webSocket: Buffer | undefined;

  constructor(updates: SeatUpdates, writers: Writers) {
    this.#updates = updates;
    this.#writers = writers;
  }

  get sse(): Buffer {
    this.#sse ??= this.#writers.sse(this.#updates);
    return this.#sse;
  }

  get webSocket(): Buffer {
    this.#webSocket ??= this.#writers.webSocket(this.#updates);
    return this.#webSocket;
  }
}

export function seatUpdatesVoice(writers: Writers): MapVoice<SharedFrame> {
  const worded = (seats: readonly (readonly [number, MapStatus])[]) =>
    seats.map(([seatId, status]) => [seatId, WORDS[status]] as const);
  return {
    counts: 'seats',
    patch: ({ epoch, from, version, seats }) =>
      new UpdatesFrame(
        { eventId: undefined, epoch, from, version, seats: worded(seats), startsOver: false },
        writers,
      ),
    startOver: ({ eventId, epoch, version, seats }) =>
      new UpdatesFrame(
        { eventId, epoch, from: version, version, seats: worded(seats()), startsOver: true },
        writers,
      ),
    presence: () => undefined,
  };
}

/** The seats tell these maps, too; only of events that somebody looks at, for each map has its lead. */
export function seatUpdatesTo(maps: LiveMapService<SharedFrame>): Announcements {
  return {
    seatsMoved(eventId, moves) {
      maps.seatsChanged(
        eventId,
        moves.map(({ seatId, to }) => [seatId, HELD_OR_SOLD[to]] as const),
      );
    },
    seatsReloaded(eventId, epoch) {
      if (maps.pointOf(eventId)) maps.seatsReloaded(eventId, epoch);
    },
  };
}
