import { embeddedBuyerNews } from '../adapters/embedded/buyer-news.ts';
import { embeddedCatalogNews } from '../adapters/embedded/catalog-news.ts';
import { embeddedClaimNews } from '../adapters/embedded/claim-news.ts';
import { embeddedEventBus } from '../adapters/embedded/event-bus.ts';
import { embeddedLeases } from '../adapters/embedded/leases.ts';
import { embeddedLocks } from '../adapters/embedded/locks.ts';
import { embeddedMapBoard } from '../adapters/embedded/map-board.ts';
import { embeddedRequestDelivery } from '../adapters/embedded/request-delivery.ts';
import { embeddedRequestNews } from '../adapters/embedded/request-news.ts';
import { embeddedRequestStore } from '../adapters/embedded/request-store.ts';
import { embeddedSeatStore } from '../adapters/embedded/seat-store.ts';
import { embeddedSeriesLineNews } from '../adapters/embedded/series-line-news.ts';
import { embeddedSeriesLineStore } from '../adapters/embedded/series-line-store.ts';
import { embeddedStreamTicketStore } from '../adapters/embedded/stream-ticket-store.ts';
import { embeddedWaitingRoomStore } from '../adapters/embedded/waiting-room-store.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import { sqlRequestLedger } from '../adapters/sql/requests/request-ledger.ts';
import { sqlHoldHistory } from '../adapters/sql/seats/hold-history.ts';
import { sqlSeatLedger } from '../adapters/sql/seats/seat-ledger.ts';
import { sqlSeriesLineLedger } from '../adapters/sql/waiting-room/series-line-ledger.ts';
import { sqlWaitingRoomLedger } from '../adapters/sql/waiting-room/waiting-room-ledger.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { EventBus } from '../core/message.ts';
import type { Random } from '../core/random.ts';
import { STREAM_TICKET_LIMITS } from '../http/streams/stream-tickets.ts';
import type { RequestDelivery } from '../request-queue/ports/request-delivery.ts';
import type { AtomicSeats, AtomicSeatsNeeds, Ground } from './ground.ts';

export interface InProcessNeeds {
  clock: Clock;
  random: Random;
  database: Database;
  lockTimeoutSeconds: number;
  /** Instead of the one in this process. */
  requestDelivery?: RequestDelivery | undefined;
  bus?: EventBus | undefined;
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
    editionBoard: embeddedMapBoard(),
    catalogNews: embeddedCatalogNews(),
    claimNews: embeddedClaimNews(),
    bus: needs.bus ?? embeddedEventBus({ clock, deadLetters: sqlDeadLetters(needs.database) }),
    requestDelivery: needs.requestDelivery ?? embeddedRequestDelivery({ clock }),
    requestNews: embeddedRequestNews(),
    buyerNews: embeddedBuyerNews(),
    streamTickets: embeddedStreamTicketStore({ clock, limits: STREAM_TICKET_LIMITS }),
    isShared: false,
    atomicSeats: (seats) => seatsInProcess(needs, seats),
    requestStore: ({ dequeues, ...queue }) =>
      embeddedRequestStore({
        clock,
        ledger: sqlRequestLedger(needs.database),
        ...queue,
        ...(dequeues && { dequeues }),
      }),
    rooms: (rooms) => ({
      store: embeddedWaitingRoomStore({ clock, ledger: sqlWaitingRoomLedger(needs.database), ...rooms }),
      led: (gated) => gated,
    }),
    seriesLines: (terms) => ({
      store: embeddedSeriesLineStore({ clock, terms, ledger: sqlSeriesLineLedger(needs.database) }),
      news: embeddedSeriesLineNews(),
    }),
    close: () => leases.close(),
  };
}

function seatsInProcess({ clock, database }: InProcessNeeds, needs: AtomicSeatsNeeds): AtomicSeats {
  const { halls, ids, announcements, isOurs } = needs;
  const ledger = sqlSeatLedger(database);
  const eventsWithLiveHolds = async () => (await ledger.eventsWithLiveHolds()).filter(isOurs);
  const store = embeddedSeatStore({
    clock,
    ids,
    halls,
    announcements,
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
