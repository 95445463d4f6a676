import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';
import type { RefusalCode } from '../core/refusal.ts';

/** What a party waits for. */
export interface Wish {
  readonly size: number;
  readonly section?: string;
  readonly type?: string;
  readonly maxPrice?: Hundredths;
}

export type EntryState =
  | 'WAITING'
  | 'OFFERED'
  | 'ACCEPTED'
  | 'PROMOTED'
  | 'DECLINED'
  | 'LAPSED'
  | 'LEFT'
  | 'REFUSED';

/**
 * Every move of an entry. An offer whose seats were lost goes back to where it waited; ACCEPTED is an offer that was
 * taken, PROMOTED one that needed no answer. The states without a way out are ends.
 */
export const ENTRY_MOVES: Readonly<Record<EntryState, readonly EntryState[]>> = {
  WAITING: ['OFFERED', 'PROMOTED', 'LEFT', 'REFUSED'],
  OFFERED: ['ACCEPTED', 'DECLINED', 'LAPSED', 'WAITING'],
  ACCEPTED: [],
  PROMOTED: [],
  DECLINED: [],
  LAPSED: [],
  LEFT: [],
  REFUSED: [],
};

/** Seats that are held for a party. */
export interface HeldParty {
  readonly holdIds: readonly number[];
  readonly seatIds: readonly number[];
  /** The end of the holds. */
  readonly expiresAt: Millis;
}

export interface SeatOffer extends HeldParty {
  readonly at: Millis;
  /** The offer is over at this moment; null when it needs no answer. */
  readonly answerBy: Millis | null;
}

/** A party's place in the line of an event. Values are never changed in place. */
export interface Entry {
  readonly eventId: number;
  /** Grows in the order of joining; who is served goes by it. */
  readonly place: number;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly admissionId: string | null;
  readonly wish: Wish;
  readonly state: EntryState;
  /** Grows by one with each change. */
  readonly revision: number;
  /** How often seats that had been held for it were lost: part of the id of the command that holds them. */
  readonly attempt: number;
  readonly joinedAt: Millis;
  readonly offer: SeatOffer | null;
  /** Why it was refused. */
  readonly reason: RefusalCode | null;
  readonly endedAt: Millis | null;
}

export function isLive({ state }: Pick<Entry, 'state'>): boolean {
  return state === 'WAITING' || state === 'OFFERED';
}
