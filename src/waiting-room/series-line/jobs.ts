import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import type { SeriesLineService } from './service.ts';
import type { SeriesLineWatchers } from './watchers.ts';

const LET_IN_EVERY: Millis = 250;
const LOOKED_EVERY: Millis = SECOND;

/** Lets people in when their turn has come. */
export function keepLinesMoving(lines: SeriesLineService, clock: Clock): () => void {
  return every(clock, LET_IN_EVERY, () => lines.letIn());
}

/** Keeps those who watch informed. */
export function keepWatchersInformed(watchers: SeriesLineWatchers, clock: Clock): () => void {
  const deaf = watchers.listen();
  const stop = every(clock, LOOKED_EVERY, () => watchers.look());
  return () => {
    deaf();
    stop();
  };
}
