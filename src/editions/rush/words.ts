import type { SeatStatus } from '../../contract/rush.ts';

/** The states of a seat in this edition's words. */
export const STATUS: Readonly<Record<'AVAILABLE' | 'HELD' | 'PAYING' | 'SOLD' | 'BLOCKED', SeatStatus>> = {
  AVAILABLE: 'AVAILABLE',
  HELD: 'HOLD',
  PAYING: 'HOLD',
  SOLD: 'SOLD',
  BLOCKED: 'SOLD',
};
