import { layoutOf } from './map-layout.ts';
import { letterOf, statusOf } from './map-letters.ts';
import type { NextVersion, Patch, PublishedMap } from './ports/map-board.ts';
import type { MapSeat, MapStatus } from './ports/map-source.ts';

export type SeatStatus = readonly [seatId: number, status: MapStatus];

/** One event's seats and the map that was published of them. */
export interface ReadMap {
  eventId: number;
  currency: string;
  seats: readonly MapSeat[];
  map: PublishedMap;
}

/** The status of each seat of a map at one version, a byte each. */
export class MapState {
  readonly eventId: number;
  readonly epoch: number;
  #version: number;
  readonly #seatIds: number[];
  readonly #indexOf = new Map<number, number>();
  readonly #letters: Uint8Array;
  /** The version in which each seat last changed. */
  readonly #changedIn: Uint32Array;
  readonly #layoutJson: string;

  constructor({ eventId, currency, seats, map }: ReadMap) {
    this.eventId = eventId;
    this.epoch = map.epoch;
    this.#version = map.version;
    this.#seatIds = seats.map((seat) => seat.seatId);
    for (const [index, seatId] of this.#seatIds.entries()) this.#indexOf.set(seatId, index);
    this.#letters = Uint8Array.from(map.statuses);
    this.#changedIn = new Uint32Array(seats.length);
    const { sections, zones, runs } = layoutOf(seats);
    this.#layoutJson = JSON.stringify({ currency, sections, zones, runs }).slice(1, -1);
  }

  get version(): number {
    return this.#version;
  }

  /** The whole map as JSON (shape: contract SeatMap). */
  snapshot(): string {
    const head = `"event_id":${this.eventId},"epoch":${this.epoch},"version":${this.#version}`;
    const statuses = Buffer.from(this.#letters.buffer).toString('latin1');
    return `{${head},${this.#layoutJson},"statuses":"${statuses}"}`;
  }

  /** Whether the seats are those of this map, so that only their statuses can differ. */
  shows({ epoch, statuses }: PublishedMap): boolean {
    return epoch === this.epoch && statuses.length === this.#letters.length;
  }

  /** What is different from this map, of changes of any seats. */
  differences(changes: Iterable<SeatStatus>): { seats: SeatStatus[]; letters: NextVersion['letters'] } {
    const seats: SeatStatus[] = [];
    const letters: [number, number][] = [];
    for (const [seatId, status] of changes) {
      const index = this.#indexOf.get(seatId);
      const letter = letterOf(status);
      if (index === undefined || this.#letters[index] === letter) continue;
      seats.push([seatId, status]);
      letters.push([index, letter]);
    }
    return { seats, letters };
  }

  /** The same of all its seats, by id. */
  differing(seats: readonly MapSeat[]): SeatStatus[] {
    return seats.flatMap(({ seatId, status }, index): SeatStatus[] =>
      this.#letters[index] === letterOf(status) ? [] : [[seatId, status]],
    );
  }

  /** What leads from here to a later version of this map, in one patch. */
  leapTo({ version, statuses }: PublishedMap): Patch {
    const seats = this.#seatIds.flatMap((seatId, index): SeatStatus[] => {
      const letter = statuses[index];
      const status = statusOf(letter);
      return status && this.#letters[index] !== letter ? [[seatId, status]] : [];
    });
    return { epoch: this.epoch, from: this.#version, version, seats };
  }

  /** Takes a patch of this epoch that starts from the present version. */
  apply({ version, seats }: Patch): void {
    this.#version = version;
    for (const [seatId, status] of seats) {
      const index = this.#indexOf.get(seatId);
      if (index === undefined) continue;
      this.#letters[index] = letterOf(status);
      this.#changedIn[index] = version;
    }
  }

  /** One patch with the latest state of every seat that changed after a version. */
  since(version: number): Patch {
    const seats = this.#seatIds.flatMap((seatId, index) =>
      (this.#changedIn[index] as number) > version ? [this.#seatAt(seatId, index)] : [],
    );
    return { epoch: this.epoch, from: version, version: this.#version, seats };
  }

  all(): SeatStatus[] {
    return this.#seatIds.map((seatId, index) => this.#seatAt(seatId, index));
  }

  #seatAt(seatId: number, index: number): SeatStatus {
    return [seatId, statusOf(this.#letters[index]) as MapStatus];
  }
}
