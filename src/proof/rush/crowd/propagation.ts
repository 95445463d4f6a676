import type { Histogram } from 'hdr-histogram-js';
import type { HistoryRecord } from '../../history/record.ts';
import { newHistogram, toMicroseconds } from './measures.ts';
import type { Sighting } from './watchers.ts';

export interface Propagation {
  /** Microseconds from a buyer's 201 to a watcher's frame with that seat, one sample per seat and watcher. */
  delays: Histogram;
  /** Samples whose frame was there before the buyer's own answer; they count as zero. */
  beforeTheAnswer: number;
}

/**
 * Pairs each acknowledged hold with the first frame after its request that shows the seat taken. A frame that comes
 * only after the seat's next hold was asked for belongs to that one: the two were coalesced.
 */
export function measurePropagation(
  history: readonly HistoryRecord[],
  sightings: readonly Sighting[],
): Propagation {
  const result: Propagation = { delays: newHistogram(), beforeTheAnswer: 0 };
  const sightingsOf = group(
    sightings.flatMap((sighting) => sighting.taken.map((seat) => [seat, sighting] as const)),
  );
  for (const [seat, holds] of acknowledgedHolds(history)) {
    const seen = sightingsOf.get(seat) ?? [];
    holds.forEach((hold, index) => {
      const nextAt = holds[index + 1]?.invokedAt ?? Number.POSITIVE_INFINITY;
      const first = seen.find(({ receivedAt }) => earliest(receivedAt) >= hold.invokedAt);
      if (first && earliest(first.receivedAt) < nextAt) record(result, first, hold);
    });
  }
  return result;
}

function record(result: Propagation, sighting: Sighting, hold: HistoryRecord): void {
  for (const at of sighting.receivedAt) {
    if (Number.isNaN(at)) continue;
    if (at < hold.completedAt) result.beforeTheAnswer++;
    result.delays.recordValue(toMicroseconds(at - hold.completedAt));
  }
}

/**
 * Per seat in the order asked. A key sent twice is one hold: asked for with the first request (which may have lost its
 * answer) and known to the buyer with the first answer.
 */
function acknowledgedHolds(history: readonly HistoryRecord[]): Map<number, HistoryRecord[]> {
  const byKey = new Map<string, HistoryRecord[]>();
  for (const record of history) {
    if (record.op !== 'hold') continue;
    const attempts = byKey.get(record.key);
    if (attempts) attempts.push(record);
    else byKey.set(record.key, [record]);
  }
  const holds = [...byKey.values()].flatMap((attempts) => {
    const [answered] = attempts
      .filter(({ outcome }) => outcome === 'ok')
      .sort((a, b) => a.completedAt - b.completedAt);
    return answered
      ? [{ ...answered, invokedAt: Math.min(...attempts.map(({ invokedAt }) => invokedAt)) }]
      : [];
  });
  holds.sort((a, b) => a.invokedAt - b.invokedAt);
  return group(holds.flatMap((hold) => hold.seats.map((seat) => [seat, hold] as const)));
}

function group<T>(pairs: readonly (readonly [number, T])[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const [key, value] of pairs) {
    const known = groups.get(key);
    if (known) known.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function earliest(times: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const time of times) if (time < least) least = time;
  return least;
}
