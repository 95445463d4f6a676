import { sqlEditionEvents } from '../../adapters/sql/catalog/edition-events.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { seatsOfBuyer } from '../../bridges/seats-of-buyer.ts';
import { trainOf } from '../../bridges/train.ts';
import { trainEvent } from '../../bridges/train-event.ts';
import { PassengerWatch } from '../../bridges/train-watch.ts';
import type { CatalogService } from '../../catalog/service.ts';
import type { Clock } from '../../core/clock.ts';
import type { SeedNames } from '../../editions/train/ports/seed-names.ts';
import type { Train } from '../../editions/train/ports/train.ts';
import type { Announcements } from '../../reservation/ports/announcements.ts';
import type { HoldHistory } from '../../reservation/ports/hold-history.ts';
import type { SeatStore } from '../../reservation/ports/seat-store.ts';
import type { Ground } from '../ground.ts';
import type { Waitlist } from '../waitlist.ts';

interface TrainMachine {
  config: {
    train: { capacity: number; autoPromote: boolean; lockSeconds: number };
    sale: { currency: string };
  };
  clock: Clock;
  database: Database;
  ground: Pick<Ground, 'locks' | 'seedNames'>;
}

interface TrainSurroundings {
  catalog: CatalogService;
  seatStore: SeatStore;
  history: HoldHistory;
  waitlist: Waitlist;
}

/** The train edition, and what tells it of seats. */
export interface TrainEdition {
  train: Train;
  seatListener: Pick<Announcements, 'seatsMoved'>;
}

/** Part of `compose`. */
export function composeTrain(
  { config, clock, database, ground }: TrainMachine,
  { catalog, seatStore, history, waitlist }: TrainSurroundings,
): TrainEdition {
  const { capacity, autoPromote, lockSeconds } = config.train;
  const found = trainEvent({
    catalog,
    seatStore,
    capacity,
    editionEvents: sqlEditionEvents(database),
    locks: ground.locks,
    currency: config.sale.currency,
    now: () => clock.now(),
  });
  const event = {
    async id() {
      const eventId = found.known() ?? (await found.id());
      if (!autoPromote) waitlist.serveByHand(eventId);
      return eventId;
    },
  };
  const names: SeedNames | undefined = ground.seedNames?.({
    lockSeconds,
    async read() {
      const eventId = await event.id();
      const [now, waiting] = await Promise.all([seatStore.seats(eventId), waitlist.service.inLine(eventId)]);
      const reserved = now?.seats.flatMap(({ claim }) => claim?.userId ?? []) ?? [];
      return { reserved, waiting };
    },
  });
  const watchers = new PassengerWatch(waitlist.watching);
  const seatsOf = seatsOfBuyer({ seatStore, history });
  waitlist.heardBy(({ eventId }) => {
    if (eventId === found.known()) names?.changed();
  });
  return {
    train: trainOf({ event, seatStore, seatsOf, waitlist, watchers, names, clock }),
    seatListener: {
      seatsMoved(eventId, moves) {
        if (eventId !== found.known()) return;
        names?.changed();
        for (const { hold } of moves) if (hold) watchers.moved(hold.userId);
      },
    },
  };
}
