import type { Database } from '../adapters/sql/database.ts';
import { sqlWaitlistStore } from '../adapters/sql/waitlist/waitlist-store.ts';
import { precedenceOf } from '../bridges/precedence.ts';
import { waitlistEvents } from '../bridges/waitlist-events.ts';
import { waitlistNews } from '../bridges/waitlist-news.ts';
import { waitlistSeats } from '../bridges/waitlist-seats.ts';
import type { CatalogService } from '../catalog/service.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { CommandLog, Once } from '../core/command.ts';
import type { BuyerNews } from '../realtime/ports/buyer-news.ts';
import type { ReservationLimits } from '../reservation/hold-terms.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { Precedence } from '../reservation/ports/precedence.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Gate } from '../waiting-room/gate.ts';
import type { Entry } from '../waitlist/entry.ts';
import { keepLooking, keepServing } from '../waitlist/jobs.ts';
import { KnownLines } from '../waitlist/known-lines.ts';
import { WaitlistService } from '../waitlist/service.ts';
import { Serving } from '../waitlist/serving.ts';
import { Watching } from '../waitlist/watching.ts';
import type { Ground } from './ground.ts';

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
  buyerNews: Pick<BuyerNews, 'happened'>;
  limits: ReservationLimits;
  standing: Pick<Gate, 'refusalOf'>;
}

/** The lines for seats that come back. */
export interface Waitlist {
  service: WaitlistService;
  serving: Serving;
  watching: Watching;
  precedence: Precedence;
  /** To be told of every move of a seat: what comes back is given to who waits. */
  seatListener: Announcements;
  /** From now on the event's line is served only when somebody says so. */
  serveByHand(eventId: number): void;
  /** Told of every entry that moved, on this node. */
  heardBy(listener: (entry: Entry) => void): void;
  startJobs(): (() => void)[];
}

/** Part of `compose`. */
export function composeWaitlist(machine: WaitlistMachine, sale: WaitlistSurroundings): Waitlist {
  const { config, clock, database, ground } = machine;
  const { catalog, seatStore, history, commandLog, once, buyerNews, limits, standing } = sale;
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
  const watching = new Watching({ entries: store, clock });
  const listeners: ((entry: Entry) => void)[] = [];
  const announcements = waitlistNews(buyerNews, [(entry) => watching.moved(entry), (entry) => tell(entry)]);
  const tell = (entry: Entry) => {
    for (const listener of listeners) listener(entry);
  };
  const slice = { entries: store, turns: store, seats, events, announcements, clock };
  const serving = new Serving({ ...slice, locks: ground.locks });
  const service = new WaitlistService({ ...slice, serving, once });
  const lines = new KnownLines(store, { isAlone });
  return {
    service,
    serving,
    watching,
    serveByHand: (eventId) => void servedByHand.add(eventId),
    precedence: precedenceOf({ catalog, lines, serving, seatStore }),
    seatListener: {
      seatsMoved(eventId, moves) {
        const isFreed = moves.some(({ to }) => to === 'AVAILABLE');
        if (isFreed && lines.maySomebodyWait(eventId)) serving.seatsFreed(eventId);
      },
      seatsReloaded(eventId) {
        if (lines.maySomebodyWait(eventId)) serving.seatsFreed(eventId);
      },
    },
    heardBy: (listener) => void listeners.push(listener),
    startJobs: () => [
      keepServing({ serving, turns: store, lease: ground.leases.lease('waitlist') }, clock),
      ...(isAlone ? [] : [keepLooking(lines, clock)]),
    ],
  };
}
