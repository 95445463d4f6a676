import { type Clock, MINUTE } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { LiveMapService } from './service.ts';

/** Lets go of maps at which nobody looks any more, until the returned function is called. */
export function letMapsGo(maps: Pick<LiveMapService<unknown>, 'letGoIdle'>, clock: Clock): () => void {
  return every(clock, MINUTE, async () => maps.letGoIdle());
}
