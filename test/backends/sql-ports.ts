import { embeddedRequestStore } from '../../src/adapters/embedded/request-store.ts';
import { embeddedSeatStore } from '../../src/adapters/embedded/seat-store.ts';
import { embeddedSeriesLineStore } from '../../src/adapters/embedded/series-line-store.ts';
import { embeddedWaitingRoomStore } from '../../src/adapters/embedded/waiting-room-store.ts';
import { sqlAccountStore } from '../../src/adapters/sql/catalog/account-store.ts';
import { sqlCatalogStore } from '../../src/adapters/sql/catalog/catalog-store.ts';
import { sqlEditionEvents } from '../../src/adapters/sql/catalog/edition-events.ts';
import { sqlSeriesStore } from '../../src/adapters/sql/catalog/series-store.ts';
import { sqlCommandLog } from '../../src/adapters/sql/command-log.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { blockIds } from '../../src/adapters/sql/ids.ts';
import { sqlDeadLetters } from '../../src/adapters/sql/messages/dead-letters.ts';
import { sqlOutbox } from '../../src/adapters/sql/messages/outbox.ts';
import { sqlOrderStore } from '../../src/adapters/sql/orders/order-store.ts';
import { sqlPaymentNotices } from '../../src/adapters/sql/payments/payment-notices.ts';
import { sqlPaymentReferences } from '../../src/adapters/sql/payments/payment-references.ts';
import { sqlPaymentStore } from '../../src/adapters/sql/payments/payment-store.ts';
import { sqlLatestRequests } from '../../src/adapters/sql/requests/latest-requests.ts';
import { sqlRequestLedger } from '../../src/adapters/sql/requests/request-ledger.ts';
import { sqlAttemptLog } from '../../src/adapters/sql/seats/attempt-log.ts';
import { sqlHoldHistory } from '../../src/adapters/sql/seats/hold-history.ts';
import { sqlSeatLedger } from '../../src/adapters/sql/seats/seat-ledger.ts';
import { sqlMailStore } from '../../src/adapters/sql/tickets/mail-store.ts';
import { sqlTicketStore } from '../../src/adapters/sql/tickets/ticket-store.ts';
import { sqlSeriesLineLedger } from '../../src/adapters/sql/waiting-room/series-line-ledger.ts';
import { sqlSessionNames } from '../../src/adapters/sql/waiting-room/session-names.ts';
import { sqlWaitingRoomLedger } from '../../src/adapters/sql/waiting-room/waiting-room-ledger.ts';
import { sqlWaitlistStore } from '../../src/adapters/sql/waitlist/waitlist-store.ts';
import { systemDigest } from '../../src/adapters/system/digest.ts';
import type { CatalogStore } from '../../src/catalog/ports/catalog-store.ts';
import { DAY } from '../../src/core/clock.ts';
import type { Announcements } from '../../src/reservation/ports/announcements.ts';
import type { Announcements as RoomAnnouncements } from '../../src/waiting-room/ports/announcements.ts';
import type { Announced, Ports } from './backend.ts';
import { dice } from './dice.ts';
import type { HandClock } from './hand-clock.ts';

/** Each start throws its own dice, or two programs on one ledger would draw the same references. */
let starts = 0;

/** Nobody listens to the waiting rooms. */
export const SILENT: RoomAnnouncements = {
  placesMoved: () => undefined,
  roomChanged: () => undefined,
  missed: () => undefined,
};

/** Short where time really passes, long enough for a busy machine. */
export const LINE_TERMS = { queueMax: 6, batch: 2, interval: 400, activeMillis: 1_500 };

/** Small, so that a test can reach them. */
export const REQUEST_LIMITS = { perEvent: 8, inAll: 100, perBuyer: 5 };
export const STARVATION_BOUND = 4;

/** The ports of one process: the ledger in SQL, which has its tables, all else in process, wired as compose wires them. */
export async function sqlPorts(
  connection: SqlConnection,
  { clock, announced }: { clock: HandClock; announced: Announced[] },
): Promise<Ports & { settled(): Promise<void> }> {
  const database = groupCommitter(connection);
  const ids = await blockIds(database, clock, dice(++starts));
  const seatLedger = sqlSeatLedger(database);
  const catalogStore = sqlCatalogStore(database);
  const requestLedger = sqlRequestLedger(database);
  return {
    seatStore: embeddedSeatStore({
      clock,
      ids,
      ledger: seatLedger,
      announcements: announcementsInto(announced),
      halls: { hall: (eventId) => hallOf(catalogStore, eventId) },
    }),
    seatLedger,
    catalogStore,
    ids,
    holdHistory: sqlHoldHistory(database),
    orderStore: sqlOrderStore(database),
    ticketStore: sqlTicketStore(database),
    mailStore: sqlMailStore(database),
    paymentStore: sqlPaymentStore(database),
    commandLog: sqlCommandLog(database, clock, { keptMillis: DAY }),
    outbox: sqlOutbox(database),
    deadLetters: sqlDeadLetters(database),
    sessionNames: sqlSessionNames(database),
    paymentReferences: sqlPaymentReferences(database),
    paymentNotices: sqlPaymentNotices(database),
    waitingRoomStore: embeddedWaitingRoomStore({
      clock,
      digest: systemDigest(),
      ledger: sqlWaitingRoomLedger(database),
      announcements: SILENT,
    }),
    requestLedger,
    latestRequests: sqlLatestRequests(database),
    accountStore: sqlAccountStore(database),
    seriesStore: sqlSeriesStore(database),
    attemptLog: sqlAttemptLog(database),
    seriesLines: embeddedSeriesLineStore({ clock, terms: LINE_TERMS, ledger: sqlSeriesLineLedger(database) }),
    requestStore: embeddedRequestStore({
      clock,
      ledger: requestLedger,
      limits: REQUEST_LIMITS,
      starvationBound: STARVATION_BOUND,
    }),
    waitlistStore: sqlWaitlistStore(database, { isAlone: true }),
    editionEvents: sqlEditionEvents(database),
    settled: () => database.settled(),
  };
}

export function announcementsInto(announced: Announced[]): Announcements {
  return {
    seatsMoved: (eventId, moves) => announced.push({ type: 'moved', eventId, moves }),
    seatsReloaded: (eventId, epoch) => announced.push({ type: 'reloaded', eventId, epoch }),
  };
}

export async function hallOf(catalogStore: CatalogStore, eventId: number) {
  const { events } = await catalogStore.load();
  const event = events.find((each) => each.eventId === eventId);
  return event && { seats: await catalogStore.seatsOf(eventId), numbered: event.inventory === 'seated' };
}
