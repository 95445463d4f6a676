import type { CatalogNews } from '../catalog/ports/catalog-news.ts';
import type { Ids } from '../core/ids.ts';
import type { Leases } from '../core/leases.ts';
import type { Locks } from '../core/locks.ts';
import type { MapBoard } from '../realtime/ports/map-board.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { ClaimNews } from '../reservation/ports/claim-news.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';

/**
 * What a sale stands on beside its ledger: where claims are decided at once, and how nodes deal with each other. One
 * process alone has it in itself, many nodes share a Redis.
 */
export interface Ground {
  locks: Locks;
  leases: Leases;
  board: MapBoard;
  catalogNews: CatalogNews;
  claimNews: ClaimNews;
  /** Whether another node may write to the ledger, so that nothing read from it may be kept in memory. */
  isShared: boolean;
  atomicSeats(needs: AtomicSeatsNeeds): AtomicSeats;
  close(): Promise<void>;
}

export interface AtomicSeatsNeeds {
  halls: Pick<Halls, 'hall'>;
  ids: Ids;
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
