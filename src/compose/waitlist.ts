import type { Database } from '../adapters/sql/database.ts';
import { sqlWaitlistStore } from '../adapters/sql/waitlist/waitlist-store.ts';
import { precedenceOf } from '../bridges/precedence.ts';
import { waitlistEvents } from '../bridges/waitlist-events.ts';
import { waitlistNews } from '../bridges/waitlist-news.ts';
import { waitlistSeats } from '../bridges/waitlist-seats.ts';
import type { CatalogService } from '../catalog/service.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import type { CommandLog, Once } from '../core/command.ts';
import { every } from '../core/every.ts';
import type { RequestNews } from '../request-queue/ports/request-news.ts';
import type { ReservationLimits } from '../reservation/hold-terms.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { Precedence } from '../reservation/ports/precedence.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Gate } from '../waiting-room/gate.ts';
import type { Entry } from '../waitlist/entry.ts';
import { keepServing } from '../waitlist/jobs.ts';
import { KnownLines } from '../waitlist/known-lines.ts';
import type { Seats } from '../waitlist/ports/seats.ts';
import type { WaitlistStore } from '../waitlist/ports/waitlist-store.ts';
import { WaitlistService } from '../waitlist/service.ts';
import { Serving } from '../waitlist/serving.ts';
import { Watching } from '../waitlist/watching.ts';
import type { Ground } from './ground.ts';

/** How soon a node knows that somebody began to wait at another. */
const LOOK_EVERY: Millis = 250;
const PAGE = 5_000;

export interface WaitlistMachine {
  config: { waitlist: { max: number; offerSeconds: number } };
  clock: Clock;
  database: Database;
  ground: Pick<Ground, 'locks' | 'leases' | 'isShared'>;
}

export interface WaitlistSurroundings {
  catalog: CatalogService;
  seatStore: SeatStore;
  history: HoldHistory;
  commandLog: CommandLog;
  once: Once;
  news: Pick<RequestNews, 'happened'>;
  limits: ReservationLimits;
  standing: Pick<Gate, 'refusalOf'>;
}

/** The lines for seats that come back. */
export interface Waitlist {
  service: WaitlistService;
  serving: Serving;
  store: WaitlistStore;
  seats: Seats;
  watching: Watching;
  precedence: Precedence;
  /** To be told of every move of a seat: what comes back is given to who waits. */
  seatListener: Announcements;
  /** Lines that are served only when the organiser says so. */
  servedByHand: Set<number>;
  /** Who waits, in the order of the line. */
  waitingUsers(eventId: number): Promise<string[]>;
  /** Told of every entry that moved, on this node. */
  heardBy(listener: (entry: Entry) => void): void;
  startJobs(): (() => void)[];
}

/** Part of `compose`. */
export function composeWaitlist(machine: WaitlistMachine, sale: WaitlistSurroundings): Waitlist {
  const { config, clock, database, ground } = machine;
  const { catalog, seatStore, history, commandLog, once, news, limits, standing } = sale;
  const isAlone = !ground.isShared;
  const store = sqlWaitlistStore(database, { isAlone });
  const seats = waitlistSeats({ catalog, commandLog, limits, seatStore, history, standing });
  const servedByHand = new Set<number>();
  const { offerSeconds, max } = config.waitlist;
  const events = waitlistEvents({
    catalog,
    most: max,
    seatsPerHold: limits.seatsPerHold,
    answerMillis: offerSeconds === 0 ? undefined : offerSeconds * SECOND,
    servedByHand: (eventId) => servedByHand.has(eventId),
  });
  const watching = new Watching({ store, clock });
  const listeners: ((entry: Entry) => void)[] = [];
  const announcements = waitlistNews(news, [(entry) => watching.moved(entry), (entry) => tell(entry)]);
  const tell = (entry: Entry) => {
    for (const listener of listeners) listener(entry);
  };
  const serving = new Serving({ store, seats, events, announcements, clock, locks: ground.locks });
  const service = new WaitlistService({ store, seats, events, announcements, serving, clock, once });
  const lines = new KnownLines(store, { isAlone });
  return {
    service,
    serving,
    store,
    seats,
    watching,
    servedByHand,
    precedence: precedenceOf({ catalog, lines, serving, seatStore }),
    seatListener: {
      seatsMoved({ eventId }, _epoch, moves) {
        const isFreed = moves.some(({ to }) => to === 'AVAILABLE');
        if (isFreed && lines.maySomebodyWait(eventId)) serving.seatsFreed(eventId);
      },
      seatsReloaded(eventId) {
        if (lines.maySomebodyWait(eventId)) serving.seatsFreed(eventId);
      },
    },
    async waitingUsers(eventId) {
      const users: string[] = [];
      for (let after = 0; ; ) {
        const page = await store.list(eventId, { after, limit: PAGE, liveOnly: true });
        users.push(...page.map(({ userId }) => userId));
        const last = page.at(-1);
        if (!last || page.length < PAGE) return users;
        after = last.place;
      }
    },
    heardBy: (listener) => void listeners.push(listener),
    startJobs: () => [
      keepServing({ serving, store, lease: ground.leases.lease('waitlist') }, clock),
      ...(isAlone ? [] : [every(clock, LOOK_EVERY, () => lines.look())]),
    ],
  };
}
