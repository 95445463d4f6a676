import type { Database } from '../adapters/sql/database.ts';
import { ledgerSeatStore } from '../adapters/sql/seat-rows/ledger-seat-store.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Clock } from '../core/clock.ts';
import type { CommandLog } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { Tracer } from '../core/tracer.ts';
import { ChosenSeatStore } from '../reservation/chosen-seat-store.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Ground } from './ground.ts';
import { tracedSeatStore } from './traced.ts';

interface Surroundings {
  catalog: CatalogService;
  halls: Halls;
  ids: Ids;
  commands: Pick<CommandLog, 'find'>;
  announcements: Announcements;
}

/** The claims of all events: decided at once where the ground has them, or in the rows of the ledger. Part of `compose`. */
export function composeSeats(
  {
    clock,
    database,
    ground,
    tracer,
  }: { clock: Clock; database: Database; ground: Ground; tracer?: Tracer | undefined },
  { catalog, halls, ids, commands, announcements }: Surroundings,
): {
  store: ChosenSeatStore;
  history: HoldHistory;
  /** Resolves when everything decided of the event is in the ledger. */
  settled(eventId: number): Promise<void>;
  startJobs(): (() => void)[];
} {
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
  const atomic = ground.atomicSeats({ halls: followed, ids, commands, announcements, isOurs });
  const rows = ledgerSeatStore({
    database,
    clock,
    ids,
    announcements,
    strategyOf,
    halls: followed,
    locks: ground.locks,
    news: ground.claimNews,
    events: eventsInRows,
  });
  const traced = <Store extends SeatStore>(each: Store) => (tracer ? tracedSeatStore(each, tracer) : each);
  const store = new ChosenSeatStore({
    atomic: traced(atomic.store),
    settled: atomic.settled,
    adopt: atomic.adopt,
    rows: traced(rows),
    authorityOf: (eventId) => (isOurs(eventId) ? 'atomic' : 'rows'),
    anyInRows: () => eventsInRows().length > 0,
  });
  return {
    store,
    history: atomic.history,
    settled: async (eventId) => {
      if (isOurs(eventId)) await atomic.settled(eventId);
    },
    startJobs: atomic.startJobs,
  };
}
