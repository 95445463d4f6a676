import type { Database } from '../adapters/sql/database.ts';
import { ledgerSeatStore } from '../adapters/sql/seat-rows/ledger-seat-store.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { ChosenSeatStore } from '../reservation/chosen-seat-store.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { Ground } from './ground.ts';

interface Surroundings {
  catalog: CatalogService;
  halls: Halls;
  ids: Ids;
  announcements: Announcements;
}

/** The claims of all events: decided at once where the ground has them, or in the rows of the ledger. */
export function composeSeats(
  { clock, database, ground }: { clock: Clock; database: Database; ground: Ground },
  { catalog, halls, ids, announcements }: Surroundings,
): { store: ChosenSeatStore; history: HoldHistory; startJobs(): (() => void)[] } {
  const strategyOf = (eventId: number) => {
    const strategy = catalog.event(eventId)?.policy.claimStrategy ?? 'atomic';
    return strategy === 'atomic' ? undefined : strategy;
  };
  const eventsInRows = () =>
    [...catalog.all()].flatMap(({ eventId }) => (strategyOf(eventId) === undefined ? [] : [eventId]));
  const isOurs = (eventId: number) => strategyOf(eventId) === undefined;
  // A hall is read seldom, and then as it is now: another node may have added seats a moment ago.
  const followed: Pick<Halls, 'hall'> = ground.isShared
    ? { hall: (eventId) => catalog.refresh().then(() => halls.hall(eventId)) }
    : halls;
  const atomic = ground.atomicSeats({ halls: followed, ids, announcements, isOurs });
  const store = new ChosenSeatStore({
    ...{ atomic: atomic.store, settled: atomic.settled, adopt: atomic.adopt },
    rows: ledgerSeatStore({
      ...{ database, clock, ids, announcements, strategyOf },
      halls: followed,
      locks: ground.locks,
      news: ground.claimNews,
      events: eventsInRows,
    }),
    authorityOf: (eventId) => (isOurs(eventId) ? 'atomic' : 'rows'),
    anyInRows: () => eventsInRows().length > 0,
  });
  return { store, history: atomic.history, startJobs: atomic.startJobs };
}
