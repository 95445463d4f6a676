import { type Clock, type Millis, SECOND } from '../../../core/clock.ts';
import type { Health } from '../../../waiting-room/ports/surroundings.ts';
import type { Database } from '../database.ts';

/** A ledger that needs no longer than this is well. */
const WELL: Millis = 250;
const LOOK_EVERY: Millis = SECOND;

/**
 * How well the ledger does, by how long what was asked of it takes to end: one that needs twice as long as it should
 * has half as many people let in, one that failed has nobody let in for a second.
 */
export function ledgerHealth(database: Pick<Database, 'settled' | 'lineage'>, clock: Clock): Health {
  let share = 1;
  let lookedAt: Millis | undefined;
  let askedAt: Millis | undefined;
  let lineage = database.lineage;
  const look = (now: Millis) => {
    lookedAt = now;
    askedAt = now;
    void database.settled().then(() => {
      share = Math.min(1, WELL / Math.max(1, clock.now() - now));
      if (database.lineage !== lineage) share = 0;
      lineage = database.lineage;
      askedAt = undefined;
    });
  };
  return {
    share() {
      const now = clock.now();
      if (askedAt !== undefined) return Math.min(share, WELL / Math.max(WELL, now - askedAt));
      if (lookedAt === undefined || now - lookedAt >= LOOK_EVERY) look(now);
      return share;
    },
  };
}
