import { OPEN_ADMISSION } from '../../../core/admission.ts';
import { unreachable } from '../../../core/assert.ts';
import { HOUR } from '../../../core/clock.ts';
import { isRefusal, type Refusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { HoldTerms } from '../../../reservation/command.ts';
import type { SeatStore } from '../../../reservation/ports/seat-store.ts';
import type { Arena } from './arena.ts';
import { readThenWrite, releasedBeforeCommit } from './broken.ts';
import { conditionalUpdate } from './conditional-update.ts';
import type { Answer, Claim } from './tally.ts';

export const STRATEGIES = ['atomic', 'distributed_lock', 'pessimistic', 'optimistic'] as const;
export type Strategy = (typeof STRATEGIES)[number];

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

type Told = Omit<Claim, 'millis'>;

/** One buyer asks for one seat. */
export function claim(arena: Arena, way: Way, wish: Wish): Promise<Told> {
  const { seatId } = wish;
  return unlessGivenUp(async () => ({ seatId, answer: await answer(arena, way, wish) }), seatId);
}

/** One buyer asks for the best seat. */
export function claimBest(
  arena: Arena,
  strategy: Strategy,
  { eventId, userId }: Omit<Wish, 'seatId'>,
): Promise<Told> {
  const store = strategy === 'atomic' ? arena.atomic : arena.rows;
  return unlessGivenUp(async () => {
    const command = { ...holdingOf(eventId, userId), type: 'hold_best' as const, wish: { size: 1 } };
    const reply = await store.execute(command);
    if (!isRefusal(reply)) return { seatId: reply.seats[0]?.seatId, answer: 'won' };
    return { seatId: undefined, answer: answerOf(reply) };
  }, undefined);
}

async function unlessGivenUp(ask: () => Promise<Told>, seatId: number | undefined): Promise<Told> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unavailable && !error.indefinite) return { seatId, answer: 'gave up' };
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
  const command = { ...holdingOf(eventId, userId), type: 'hold_seats' as const, seatIds: [seatId] };
  const reply = await store.execute(command);
  return isRefusal(reply) ? answerOf(reply) : 'won';
}

function holdingOf(eventId: number, userId: string) {
  return { eventId, userId, sessionId: null, admission: OPEN_ADMISSION, terms: TERMS };
}

function answerOf({ refused }: Refusal): Answer {
  if (refused === 'SEATS_TAKEN' || refused === 'NO_ADJACENT_SEATS') return 'refused';
  if (refused === 'BUSY') return 'gave up';
  throw new Error(`a claim was refused for ${refused}, which the contest does not ask for`);
}
