import type { Along } from '../../core/along.ts';
import type { Write } from './database.ts';

export function along(writes: readonly Write[]): Along {
  return { along: writes };
}

/** Of nothing, none. */
export function writesAlong(given: Along | undefined): readonly Write[] {
  return (given?.along ?? []) as readonly Write[];
}
