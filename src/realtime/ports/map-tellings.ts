import type { Millis } from '../../core/clock.ts';

/** Hears how live maps are told. Must not throw and must not block. */
export interface MapTellings {
  /** Called at the node that leads the map, when it has handed a patch to all who watch there: `delay` since its first change. */
  mapTold(delay: Millis): void;
}
