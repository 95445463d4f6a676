import type { Clock, Millis } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { SeatStore } from './ports/seat-store.ts';

/** Holds that are over are freed and announced at least this often, so well within a second of their end. */
const SWEEP_EVERY: Millis = 250;

export function sweepExpiries(seatStore: SeatStore, clock: Clock): () => void {
  return every(clock, SWEEP_EVERY, async () => {
    await seatStore.expireDue();
  });
}
