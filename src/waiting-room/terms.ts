import { HOUR, MINUTE, type Millis } from '../core/clock.ts';
import type { PerLane } from './lane.ts';

/** Sessions slide, but none outlives this, counted anew when its room was read anew. */
export const LONGEST_SESSION: Millis = 6 * HOUR;

/** Who was there before a restart is given this long, at least, to show up again, to come in, or to go on with his session. */
export const GRACE_AFTER_READING: Millis = MINUTE;

/** What the organiser has set for a room; it comes with every command, so a change counts from the next one on. */
export interface RoomTerms {
  /** The room opens by itself at this time; null: the organiser opens it. */
  opensAt: Millis | null;
  /** People let in per second, at most; may be a fraction, and 0. */
  ratePerSecond: number;
  /** People let in at once after a lull. */
  burst: number;
  /** People called or inside at the same time. */
  activeMax: number;
  sessionMillis: Millis;
  /** How long somebody called may take to come in. */
  entryMillis: Millis;
  /** Who shows no sign of life for this long, beyond the time he was told to wait, is passed over but keeps his place. */
  absentMillis: Millis;
  weights: PerLane<number>;
  /** People waiting in all lanes together. */
  queueMax: number;
  inventoryAware: boolean;
  /** What a sale request meets when the authority on sessions cannot be reached. */
  whenLost: 'closed' | 'open';
  /** Names a public beacon whose value the organiser brings at the opening; null: none. */
  beaconSource: string | null;
}
