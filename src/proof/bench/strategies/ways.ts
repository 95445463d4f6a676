import { OPEN_ADMISSION } from '../../../core/admission.ts';
import { unreachable } from '../../../core/assert.ts';
import { HOUR } from '../../../core/clock.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { HoldTerms } from '../../../reservation/command.ts';
import type { SeatStore } from '../../../reservation/ports/seat-store.ts';
import type { Arena } from './arena.ts';
import { readThenWrite, releasedBeforeCommit } from './broken.ts';
import { conditionalUpdate } from './conditional-update.ts';
import type { Answer } from './tally.ts';

export const STRATEGIES = ['atomic', 'distributed_lock', 'pessimistic', 'optimistic'] as const;

/** Two buyers of one seat are both told that it is theirs. */
export const BROKEN = ['no lock', 'lock released before commit'] as const;

/** Every way to claim that is compared: what an event can choose, one statement alone, and what must not be done. */
export const WAYS = [...STRATEGIES, 'conditional update', ...BROKEN] as const;
export type Way = (typeof WAYS)[number];

export interface Wish {
  eventId: number;
  seatId: number;
  userId: string;
}

export function isBroken(way: Way): boolean {
  return (BROKEN as readonly Way[]).includes(way);
}

/** One buyer asks for one seat. */
export async function claim(arena: Arena, way: Way, wish: Wish): Promise<Answer> {
  try {
    return await answer(arena, way, wish);
  } catch (error) {
    if (error instanceof Unavailable && !error.indefinite) return 'gave up';
    throw error;
  }
}

function answer(arena: Arena, way: Way, wish: Wish): Promise<Answer> {
  switch (way) {
    case 'atomic':
      return held(arena.atomic, wish);
    case 'distributed_lock':
    case 'pessimistic':
    case 'optimistic':
      return held(arena.rows, wish);
    case 'conditional update':
      return conditionalUpdate(arena, wish);
    case 'no lock':
      return readThenWrite(arena, wish);
    case 'lock released before commit':
      return releasedBeforeCommit(arena, wish);
    default:
      return unreachable(way);
  }
}

const TERMS: HoldTerms = {
  holdMillis: HOUR,
  longestHoldMillis: HOUR,
  liveSeatsPerBuyer: 8,
  seatsPerHold: 6,
  lapsesAllowed: 3,
};

async function held(store: SeatStore, { eventId, seatId, userId }: Wish): Promise<Answer> {
  const reply = await store.execute({
    type: 'hold_seats',
    eventId,
    seatIds: [seatId],
    userId,
    sessionId: null,
    admission: OPEN_ADMISSION,
    terms: TERMS,
  });
  if (!isRefusal(reply)) return 'won';
  if (reply.refused === 'SEATS_TAKEN') return 'refused';
  throw new Error(`a claim was refused for ${reply.refused}, which the contest does not ask for`);
}
