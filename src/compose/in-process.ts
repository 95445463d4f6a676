import { embeddedCatalogNews } from '../adapters/embedded/catalog-news.ts';
import { embeddedClaimNews } from '../adapters/embedded/claim-news.ts';
import { embeddedLeases } from '../adapters/embedded/leases.ts';
import { embeddedLocks } from '../adapters/embedded/locks.ts';
import { embeddedMapBoard } from '../adapters/embedded/map-board.ts';
import { embeddedSeatStore } from '../adapters/embedded/seat-store.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlHoldHistory } from '../adapters/sql/hold-history.ts';
import { sqlSeatLedger } from '../adapters/sql/seat-ledger.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { AtomicSeats, AtomicSeatsNeeds, Ground } from './ground.ts';

export interface InProcessNeeds {
  clock: Clock;
  random: Random;
  database: Database;
  lockTimeoutSeconds: number;
}

/** Everything in this process; no other node may write to its ledger. */
export function inProcess(needs: InProcessNeeds): Ground {
  const { clock, random, lockTimeoutSeconds } = needs;
  const leases = embeddedLeases(clock);
  const limits = { timeoutMillis: lockTimeoutSeconds * SECOND, waitMillis: 3 * SECOND };
  return {
    locks: embeddedLocks({ clock, random, limits }),
    leases,
    board: embeddedMapBoard(),
    catalogNews: embeddedCatalogNews(),
    claimNews: embeddedClaimNews(),
    isShared: false,
    atomicSeats: (seats) => seatsInProcess(needs, seats),
    close: () => leases.close(),
  };
}

function seatsInProcess({ clock, database }: InProcessNeeds, needs: AtomicSeatsNeeds): AtomicSeats {
  const { halls, ids, announcements, isOurs } = needs;
  const ledger = sqlSeatLedger(database);
  const eventsWithLiveHolds = async () => (await ledger.eventsWithLiveHolds()).filter(isOurs);
  const store = embeddedSeatStore({
    ...{ clock, ids, halls, announcements },
    ledger: { ...ledger, eventsWithLiveHolds },
  });
  return {
    store,
    history: sqlHoldHistory(database),
    async settled(eventId) {
      // Whatever is shown was committed.
      await store.seats(eventId, []);
    },
    adopt: (eventId) => store.hallChanged(eventId),
    startJobs: () => [],
  };
}
