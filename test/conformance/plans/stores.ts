import { embeddedClaimNews } from '../../../src/adapters/embedded/claim-news.ts';
import { embeddedLocks } from '../../../src/adapters/embedded/locks.ts';
import { independentCommitter } from '../../../src/adapters/sql/commits/independent-committer.ts';
import type { Database, SqlConnection } from '../../../src/adapters/sql/database.ts';
import { blockIds } from '../../../src/adapters/sql/ids.ts';
import {
  type SqlRequestStore,
  sqlRequestStore,
} from '../../../src/adapters/sql/request-rows/request-store.ts';
import { ledgerSeatStore } from '../../../src/adapters/sql/seat-rows/ledger-seat-store.ts';
import { sqlWaitlistStore } from '../../../src/adapters/sql/waitlist/waitlist-store.ts';
import type { SeatStore } from '../../../src/reservation/ports/seat-store.ts';
import type { WaitlistStore } from '../../../src/waitlist/ports/waitlist-store.ts';
import { buyer, EMPTY_HALL, FREE_SEATS, hallIn, LATELY } from '../../backends/crowded-ledger.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';

export interface Stores {
  database: Database;
  requests: SqlRequestStore;
  waitlist: WaitlistStore;
  seats: SeatStore;
  /** Whose seats are asked about: the empty hall until the rush. */
  eventId: number;
  /** A seat of it that nobody has. */
  freeSeat(): number;
}

/** What a program would ask, and what it costs where it may cost no more than a few rows. */
export type Questions = Readonly<Record<string, (stores: Stores) => Promise<unknown> | unknown>>;

export const EVENT = 1;
/** Of `EVENT`, since it is even. */
export const ANN = buyer(40);
export const PARTY = 20;

/** Ids of claims begin there. */
const BEHIND_THE_CROWD = 1_000_000;

export async function storesOn(connection: SqlConnection): Promise<Stores> {
  const database = independentCommitter(connection);
  const clock = new HandClock(LATELY);
  await database.raise('id:reservation', BEHIND_THE_CROWD);
  const random = dice();
  const limits = { perEvent: 1_000_000, inAll: 1_000_000, perBuyer: 1_000_000 };
  const used = new Map<number, number>();
  const stores: Stores = {
    database,
    requests: sqlRequestStore({ database, clock, random, limits, starvationBound: 4 }),
    waitlist: sqlWaitlistStore(database, { isAlone: false }),
    seats: ledgerSeatStore({
      database,
      clock,
      ids: await blockIds(database, clock, random),
      locks: embeddedLocks({ clock, random, limits: { timeoutMillis: 5_000, waitMillis: 2_000 } }),
      halls: { hall: async (eventId) => ({ seats: hallIn(eventId), numbered: false }) },
      announcements: { seatsMoved: () => undefined, seatsReloaded: () => undefined },
      news: embeddedClaimNews(),
      strategyOf: () => 'pessimistic',
      events: () => [stores.eventId],
    }),
    eventId: EMPTY_HALL,
    freeSeat() {
      const next = used.get(stores.eventId) ?? 0;
      used.set(stores.eventId, next + 1);
      return FREE_SEATS[stores.eventId]?.[next] as number;
    },
  };
  return stores;
}
