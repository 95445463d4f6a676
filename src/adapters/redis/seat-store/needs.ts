import type { Clock, Millis } from '../../../core/clock.ts';
import type { CommandLog } from '../../../core/command.ts';
import type { Random } from '../../../core/random.ts';
import type { Announcements } from '../../../reservation/ports/announcements.ts';
import type { Halls } from '../../../reservation/ports/halls.ts';
import type { HoldBlocks, SharedSeatLedger } from '../../../reservation/ports/shared-seat-ledger.ts';
import type { RedisConnection } from '../connection/connection.ts';
import type { RunSeatScript } from './scripts.ts';

export interface RedisSeatStoreNeeds {
  connection: Pick<RedisConnection, 'runScript' | 'subscribe' | 'read' | 'write' | 'ownClock'>;
  /** Follows Redis' time; says how far back lapses count when an event is loaded, and decides nothing else. */
  clock: Clock;
  random: Random;
  halls: Pick<Halls, 'hall'>;
  ledger: SharedSeatLedger;
  holdBlocks: HoldBlocks;
  /** The ledger's, as it is now. */
  commands: Pick<CommandLog, 'find'>;
  /** Told on every node of what happens to events that the node has to do with. */
  announcements: Announcements;
  /** Whether the claims of an event are decided here, at this moment; those of every event without it. */
  isOurs?: (eventId: number) => boolean;
  limits?: Partial<SeatStoreLimits>;
}

export interface SeatStoreLimits {
  /** Nobody ends the claims of a sale while the ledger is asked; longer than any commit takes. */
  saleGraceMillis: Millis;
  /** Entries that the ledger may be behind; past it nobody is promised a seat. */
  backlogMax: number;
}

export const SEAT_STORE_LIMITS: SeatStoreLimits = { saleGraceMillis: 30_000, backlogMax: 100_000 };

/** What the parts of the store share. */
export interface StoreNeeds extends Omit<RedisSeatStoreNeeds, 'limits'> {
  limits: SeatStoreLimits;
  run: RunSeatScript;
  /** This process, as Redis and the other nodes know it. */
  node: string;
}
