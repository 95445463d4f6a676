import type { SeedNamesReading } from '../adapters/redis/seed-names.ts';
import type { CatalogNews } from '../catalog/ports/catalog-news.ts';
import type { CommandLog } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { Leases } from '../core/leases.ts';
import type { Locks } from '../core/locks.ts';
import type { EventBus } from '../core/message.ts';
import type { SeedNames } from '../editions/train/ports/seed-names.ts';
import type { SpendingNews } from '../http/ports/spending-news.ts';
import type { StreamTicketStore } from '../http/ports/stream-ticket-store.ts';
import type { BuyerNews } from '../realtime/ports/buyer-news.ts';
import type { MapBoard } from '../realtime/ports/map-board.ts';
import type { RequestDelivery } from '../request-queue/ports/request-delivery.ts';
import type { RequestNews } from '../request-queue/ports/request-news.ts';
import type { Dequeues, RequestLimits, RequestStore } from '../request-queue/ports/request-store.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { ClaimNews } from '../reservation/ports/claim-news.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Announcements as RoomAnnouncements } from '../waiting-room/ports/announcements.ts';
import type { Digest } from '../waiting-room/ports/digest.ts';
import type { WaitingRoomStore } from '../waiting-room/ports/waiting-room-store.ts';
import type { LineTerms } from '../waiting-room/series-line/line.ts';
import type { SeriesLineNews } from '../waiting-room/series-line/ports/series-line-news.ts';
import type { SeriesLineStore } from '../waiting-room/series-line/ports/series-line-store.ts';

/**
 * What a sale stands on beside its ledger: where claims are decided at once, and how nodes deal with each other. One
 * process alone has it in itself, many nodes share a Redis.
 */
export interface Ground {
  locks: Locks;
  /** For work on one order; absent where this process is alone. */
  orderLocks?: Locks;
  leases: Leases;
  board: MapBoard;
  /** For the maps of editions, which show the same seats in other words. */
  editionBoard: MapBoard;
  catalogNews: CatalogNews;
  claimNews: ClaimNews;
  bus: EventBus;
  requestDelivery: RequestDelivery;
  requestNews: RequestNews;
  buyerNews: BuyerNews;
  streamTickets: StreamTicketStore;
  /** Absent where this process is alone. */
  spendingNews?: SpendingNews;
  /** Whether another node may write to the ledger, so that nothing read from it may be kept in memory. */
  isShared: boolean;
  atomicSeats(needs: AtomicSeatsNeeds): AtomicSeats;
  requestStore(needs: RequestStoreNeeds): RequestStore;
  rooms(needs: RoomsNeeds): RoomsHere;
  /** Where there is a Redis: the data of seed 002 under its own names. */
  seedNames?: (reading: SeedNamesReading) => SeedNames;
  seriesLines(terms: LineTerms): { store: SeriesLineStore; news: SeriesLineNews };
  close(): Promise<void>;
}

export interface RequestStoreNeeds {
  limits: RequestLimits;
  starvationBound: number;
  dequeues: Partial<Dequeues> | undefined;
}

export interface RoomsNeeds {
  digest: Digest;
  announcements: RoomAnnouncements;
}

/** The waiting rooms as this node has them. */
export interface RoomsHere {
  store: WaitingRoomStore;
  /** Of the rooms that there are, those into which this node shall let people; to be asked again and again. */
  led(gated: readonly number[]): readonly number[];
}

export interface AtomicSeatsNeeds {
  halls: Pick<Halls, 'hall'>;
  ids: Ids;
  commands: Pick<CommandLog, 'find'>;
  announcements: Announcements;
  /** Whether the claims of an event are decided here; those of others are in the ledger's rows. */
  isOurs(eventId: number): boolean;
}

export interface AtomicSeats {
  store: SeatStore;
  history: HoldHistory;
  /** Resolves when everything decided of the event is in the ledger. */
  settled(eventId: number): Promise<void>;
  /** The claims of the event come here now: they are taken as the ledger has them. */
  adopt(eventId: number): Promise<void>;
  startJobs(): (() => void)[];
}
