import { embeddedEventBus } from '../../src/adapters/embedded/event-bus.ts';
import { embeddedSeatStore } from '../../src/adapters/embedded/seat-store.ts';
import { mockPaymentProvider } from '../../src/adapters/payment-providers/mock.ts';
import { sqlCatalogStore } from '../../src/adapters/sql/catalog-store.ts';
import { sqlCommandLog } from '../../src/adapters/sql/command-log.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { groupCommitter } from '../../src/adapters/sql/group-committer.ts';
import { sqlHoldHistory } from '../../src/adapters/sql/hold-history.ts';
import { blockIds } from '../../src/adapters/sql/ids.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { sqlOrderStore } from '../../src/adapters/sql/order-store.ts';
import { sqlOutbox } from '../../src/adapters/sql/outbox.ts';
import { sqlPaymentStore } from '../../src/adapters/sql/payment-store.ts';
import { sqlSeatLedger } from '../../src/adapters/sql/seat-ledger.ts';
import type { CatalogStore } from '../../src/catalog/ports/catalog-store.ts';
import { DAY } from '../../src/core/clock.ts';
import type { Announcements } from '../../src/reservation/ports/announcements.ts';
import type { Announced, Ports } from './backend.ts';
import { dice } from './dice.ts';
import type { HandClock } from './hand-clock.ts';

/** Each start throws its own dice, or two programs on one ledger would draw the same references. */
let starts = 0;

/** The ports of one process: the ledger in SQL, all else in process, wired as compose wires them. */
export async function sqlPorts(
  connection: SqlConnection,
  { clock, announced }: { clock: HandClock; announced: Announced[] },
): Promise<Ports & { settled(): Promise<void> }> {
  await migrate(connection);
  const database = groupCommitter(connection);
  const ids = await blockIds(database, clock, dice(++starts));
  const seatLedger = sqlSeatLedger(database);
  const catalogStore = sqlCatalogStore(database);
  const announcements: Announcements = {
    seatsMoved: (hall, epoch, moves) =>
      announced.push({ type: 'moved', eventId: hall.eventId, epoch, moves }),
    seatsReloaded: (eventId, epoch) => announced.push({ type: 'reloaded', eventId, epoch }),
  };
  return {
    seatStore: embeddedSeatStore({
      clock,
      ids,
      ledger: seatLedger,
      announcements,
      halls: { hall: (eventId) => hallOf(catalogStore, eventId) },
    }),
    seatLedger,
    catalogStore,
    ids,
    holdHistory: sqlHoldHistory(database),
    orderStore: sqlOrderStore(database),
    paymentStore: sqlPaymentStore(database),
    commandLog: sqlCommandLog(database, clock, { keptMillis: DAY }),
    outbox: sqlOutbox(database),
    eventBus: embeddedEventBus(),
    paymentProvider: mockPaymentProvider({
      clock,
      random: dice(++starts),
      failureRate: 0.5,
      delayMillis: { minMillis: 0, maxMillis: 0 },
    }),
    settled: () => database.settled(),
  };
}

async function hallOf(catalogStore: CatalogStore, eventId: number) {
  const { events } = await catalogStore.load();
  const event = events.find((each) => each.eventId === eventId);
  return event && { seats: await catalogStore.seatsOf(eventId), numbered: event.inventory === 'seated' };
}
