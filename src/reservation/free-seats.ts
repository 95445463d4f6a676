import type { Hundredths } from '../core/money.ts';
import { atLeast, FreeRuns, withoutOrphan } from './free-runs.ts';
import type { Hall } from './hall.ts';
import type { RowPart } from './row-part.ts';

/** Which seats a party would take. */
export interface PartyWish {
  size: number;
  section?: string;
  type?: string;
  maxPrice?: Hundredths;
}

/** What makes seats interchangeable for a wish. */
interface Kind {
  section: string | null;
  type: string;
  price: Hundredths;
}

/** Parts of rows of one kind. */
interface Zone extends Kind {
  runs: FreeRuns;
}

/** Unnumbered seats of one kind that were free when they were put here, the next to be given at the end. */
interface Pool extends Kind {
  stack: number[];
}

/** Knows where the free seats of a hall are, well enough to seat a party in the time it takes to read a row. */
export class FreeSeats {
  readonly #hall: Hall;
  readonly #isFree: (ordinal: number) => boolean;
  readonly #zones: readonly Zone[];
  /** By ordinal: the zone of a seat, and the index of its part of a row there. */
  readonly #zoneOf: (Zone | undefined)[];
  readonly #partOf: Uint32Array;
  readonly #pools = new Map<string, Pool>();

  /** `first` is the unnumbered seat that is given first: nodes that begin elsewhere seldom want the same one. */
  constructor(hall: Hall, isFree: (ordinal: number) => boolean, { first = 0 }: { first?: number } = {}) {
    this.#hall = hall;
    this.#isFree = isFree;
    this.#zones = zonesOf(hall.rowParts, isFree);
    this.#zoneOf = new Array(hall.seats.length);
    this.#partOf = new Uint32Array(hall.seats.length);
    for (const zone of this.#zones) {
      for (const [index, { ordinals }] of zone.runs.parts.entries()) {
        for (const ordinal of ordinals) {
          this.#zoneOf[ordinal] = zone;
          this.#partOf[ordinal] = index;
        }
      }
    }
    if (!hall.numbered) {
      const count = hall.seats.length;
      for (let place = count - 1; place >= 0; place--) {
        const ordinal = (first + place) % count;
        this.#pool(ordinal).stack.push(ordinal);
      }
    }
  }

  seatChanged(ordinal: number): void {
    if (!this.#hall.numbered) {
      if (this.#isFree(ordinal)) this.#pool(ordinal).stack.push(ordinal);
    } else this.#zoneOf[ordinal]?.runs.partChanged(this.#partOf[ordinal] as number);
  }

  /**
   * Seats side by side for the whole party: from the first part of a row, in the organiser's order, that leaves no single seat
   * alone, else from the first that has room. Undefined when none has room.
   */
  together(wish: PartyWish): number[] | undefined {
    if (!this.#hall.numbered) return this.#anyFree(wish);
    const zones = this.#zonesFor(wish);
    return (
      firstRoom(zones, wish.size, { wanted: withoutOrphan(wish.size), orphansAllowed: 0 }) ??
      firstRoom(zones, wish.size, { wanted: atLeast(wish.size), orphansAllowed: 2 })
    );
  }

  /** The party in as few groups as can be had by taking the largest first; undefined when there are too few seats. */
  inGroups(wish: PartyWish): number[][] | undefined {
    if (!this.#hall.numbered) return undefined;
    const groups: number[][] = [];
    const taken = new Set<number>();
    let missing = wish.size;
    for (let size = wish.size - 1; size >= 1 && missing > 0; size--) {
      for (const group of groupsOf(this.#zonesFor(wish), size, taken)) {
        groups.push(group);
        missing -= size;
        if (missing < size) break;
      }
      size = Math.min(size, missing + 1);
    }
    return missing === 0 ? groups : undefined;
  }

  #zonesFor(wish: PartyWish): Zone[] {
    return this.#zones.filter((zone) => suits(zone, wish));
  }

  #pool(ordinal: number): Pool {
    const { section, type, price } = this.#hall.seatAt(ordinal);
    const key = JSON.stringify([section, type, price]);
    const known = this.#pools.get(key);
    if (known) return known;
    const pool: Pool = { section, type, price, stack: [] };
    this.#pools.set(key, pool);
    return pool;
  }

  #anyFree(wish: PartyWish): number[] | undefined {
    const picked = new Set<number>();
    for (const pool of this.#pools.values()) {
      if (suits(pool, wish)) this.#pickFrom(pool.stack, wish.size, picked);
    }
    return picked.size === wish.size ? [...picked] : undefined;
  }

  /** Looking is not taking: what is picked stays on the stack until the seats really change. */
  #pickFrom(stack: number[], size: number, picked: Set<number>): void {
    const seen: number[] = [];
    while (picked.size < size) {
      const ordinal = stack.pop();
      if (ordinal === undefined) break;
      if (picked.has(ordinal) || !this.#isFree(ordinal)) continue;
      picked.add(ordinal);
      seen.push(ordinal);
    }
    for (const ordinal of seen.reverse()) stack.push(ordinal);
  }
}

function suits(kind: Kind, wish: PartyWish): boolean {
  return (
    (wish.section === undefined || kind.section === wish.section) &&
    (wish.type === undefined || kind.type === wish.type) &&
    (wish.maxPrice === undefined || kind.price <= wish.maxPrice)
  );
}

function zonesOf(parts: readonly RowPart[], isFree: (ordinal: number) => boolean): Zone[] {
  const grouped = new Map<string, RowPart[]>();
  for (const part of parts) {
    const key = JSON.stringify([part.section, part.type, part.price]);
    const zone = grouped.get(key);
    if (zone) zone.push(part);
    else grouped.set(key, [part]);
  }
  return [...grouped.values()].map((ofZone) => {
    const { section, type, price } = ofZone[0] as RowPart;
    return { section, type, price, runs: new FreeRuns(ofZone, isFree) };
  });
}

/** Run lengths, as bits, among which to look, and how many single seats a placement may leave alone. */
interface Search {
  wanted: number;
  orphansAllowed: number;
}

function firstRoom(zones: readonly Zone[], size: number, search: Search): number[] | undefined {
  for (const { runs } of zones) {
    for (const part of runs.partsWith(search.wanted)) {
      const placed = placeInPart(runs, part, size, search);
      if (placed) return placed;
    }
  }
  return undefined;
}

/** As near to the middle of the part as may be, and with as few seats left alone. */
function placeInPart(runs: FreeRuns, partIndex: number, size: number, search: Search): number[] | undefined {
  const { ordinals } = runs.parts[partIndex] as RowPart;
  const middle = ordinals.length / 2;
  let best: { start: number; orphans: number; distance: number } | undefined;
  for (const [first, length] of runs.runsOf(partIndex)) {
    for (let start = first; start + size <= first + length; start++) {
      const orphans = Number(start - first === 1) + Number(first + length - (start + size) === 1);
      const distance = Math.abs(start + size / 2 - middle);
      if (orphans > search.orphansAllowed) continue;
      if (!best || orphans < best.orphans || (orphans === best.orphans && distance < best.distance)) {
        best = { start, orphans, distance };
      }
    }
  }
  return best && ordinals.slice(best.start, best.start + size);
}

/** Groups of exactly `size` side by side, none sharing a seat with what is taken; adds what it yields to `taken`. */
function* groupsOf(zones: readonly Zone[], size: number, taken: Set<number>): Generator<number[]> {
  for (const { runs } of zones) {
    for (const partIndex of runs.partsWith(atLeast(size))) {
      const { ordinals } = runs.parts[partIndex] as RowPart;
      for (const [first, length] of runs.runsOf(partIndex)) {
        for (let start = first; start + size <= first + length; start += size) {
          const group = ordinals.slice(start, start + size);
          if (group.some((ordinal) => taken.has(ordinal))) continue;
          for (const ordinal of group) taken.add(ordinal);
          yield group;
        }
      }
    }
  }
}
