import { ErrorReply } from '@redis/client';

/** Milliseconds and a number among those of one millisecond. */
type Id = readonly [millis: number, sequence: number];

interface Pending {
  consumer: string;
  deliveredAt: number;
}

interface Group {
  /** Everything up to here was delivered. */
  through: Id;
  /** Delivered and not acknowledged, by entry. */
  readonly pending: Map<string, Pending>;
}

type StreamEntry = [id: string, fields: string[]];

/** A stream of Redis, and the groups that read it. Entries and pending ones are in the order of their ids. */
export class Stream {
  readonly groups = new Map<string, Group>();
  readonly #entries = new Map<string, string[]>();
  #last: Id = [0, 0];

  get length(): number {
    return this.#entries.size;
  }

  /** `*` takes the next id. Throws ErrorReply for one that is not after the last. */
  add(wanted: string, fields: readonly string[], now: number): string {
    const [millis, sequence] = this.#last;
    const next: Id = now >= millis + 1 ? [Math.floor(now), 0] : [millis, sequence + 1];
    const id = wanted === '*' ? next : idOf(wanted);
    if (!isAfter(id, this.#last))
      throw new ErrorReply(
        'ERR The ID specified in XADD is equal or smaller than the target stream top item',
      );
    this.#last = id;
    this.#entries.set(id.join('-'), [...fields]);
    return id.join('-');
  }

  delete(id: string): boolean {
    return this.#entries.delete(idOf(id).join('-'));
  }

  all(): StreamEntry[] {
    return [...this.#entries].map(([id, fields]) => [id, [...fields]]);
  }

  /** Returns how many had to go. */
  keepLatest(most: number): number {
    const gone = [...this.#entries.keys()].slice(0, Math.max(0, this.length - most));
    for (const id of gone) this.#entries.delete(id);
    return gone.length;
  }

  /** Entries that nobody of the group had: they are pending with the consumer from now on. */
  readNew(group: Group, { consumer, most, now }: { consumer: string; most: number; now: number }) {
    const read: StreamEntry[] = [];
    for (const [id, fields] of this.#entries) {
      if (read.length === most) break;
      if (!isAfter(idOf(id), group.through)) continue;
      group.through = idOf(id);
      group.pending.set(id, { consumer, deliveredAt: now });
      read.push([id, fields]);
    }
    return read;
  }

  /** Entries with which somebody has been silent pass to the consumer; those that are gone are forgotten. */
  claimSilent(
    group: Group,
    { consumer, idleMillis, most, now }: { consumer: string; idleMillis: number; most: number; now: number },
  ): { next: string; claimed: StreamEntry[]; gone: string[] } {
    const claimed: StreamEntry[] = [];
    const gone: string[] = [];
    for (const id of inOrder(group.pending.keys())) {
      if (claimed.length + gone.length === most) return { next: id, claimed, gone };
      const fields = this.#entries.get(id);
      const { deliveredAt } = group.pending.get(id) as Pending;
      if (!fields) {
        group.pending.delete(id);
        gone.push(id);
      } else if (now - deliveredAt >= idleMillis) {
        group.pending.set(id, { consumer, deliveredAt: now });
        claimed.push([id, fields]);
      }
    }
    return { next: '0-0', claimed, gone };
  }
}

/** Throws ErrorReply for what is none. */
export function idOf(text: string): Id {
  const [millis, sequence = 0] = text.split('-').map(Number);
  if (!/^\d+(-\d+)?$/.test(text))
    throw new ErrorReply('ERR Invalid stream ID specified as stream command argument');
  return [millis as number, sequence];
}

export function inOrder(ids: Iterable<string>): string[] {
  return [...ids].sort((left, right) => (isAfter(idOf(left), idOf(right)) ? 1 : -1));
}

function isAfter([millis, sequence]: Id, other: Id): boolean {
  return millis > other[0] || (millis === other[0] && sequence > other[1]);
}
