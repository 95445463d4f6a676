import type { Patch } from './ports/map-board.ts';
import type { MapStatus } from './ports/map-source.ts';

/** Patches that may come while the map is being read; if more do, it is read once more. */
const PATCHES_MAX = 1_000;

/** What is told of a map while it is being read, to be noted once it is. */
export class ToldMeanwhile {
  readonly changes = new Map<number, MapStatus>();
  readonly patches: Patch[] = [];
  /** What is being read is out of date already. */
  isStale = false;

  changed(changes: Iterable<readonly [number, MapStatus]>): void {
    for (const [seatId, status] of changes) this.changes.set(seatId, status);
  }

  patched(patch: Patch): void {
    this.isStale ||= this.patches.push(patch) > PATCHES_MAX;
  }
}
