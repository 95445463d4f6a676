import { assert } from '../core/assert.ts';
import type { Millis } from '../core/clock.ts';
import type { RefusalCode } from '../core/refusal.ts';
import { ENTRY_MOVES, type Entry, type EntryState, type HeldParty, isLive } from './entry.ts';

/** Seats are held for the party: an offer to be answered within `answerMillis`, or without it the end of waiting. */
export function offered(entry: Entry, held: HeldParty, now: Millis, answerMillis: Millis | undefined): Entry {
  const answerBy = answerMillis === undefined ? null : now + answerMillis;
  const offer = { ...held, at: now, answerBy };
  return moved(entry, answerBy === null ? 'PROMOTED' : 'OFFERED', now, { offer });
}

/** The holds run as long as those of any buyer from now on. */
export function accepted(entry: Entry, now: Millis, expiresAt: Millis): Entry {
  const offer = entry.offer && { ...entry.offer, expiresAt };
  return moved(entry, 'ACCEPTED', now, { offer });
}

export function declined(entry: Entry, now: Millis): Entry {
  return moved(entry, 'DECLINED', now);
}

export function lapsed(entry: Entry, now: Millis): Entry {
  return moved(entry, 'LAPSED', now);
}

/** Whoever has an offer and leaves has declined it. */
export function left(entry: Entry, now: Millis): Entry {
  return entry.state === 'OFFERED' ? declined(entry, now) : moved(entry, 'LEFT', now);
}

/** The sale will not give this party any seats, however long it waits. */
export function refusedFor(entry: Entry, reason: RefusalCode, now: Millis): Entry {
  return moved(entry, 'REFUSED', now, { reason });
}

/** The seats of an offer, or seats held for a party that was never told, were lost: it waits where it was. */
export function waitingAgain(entry: Entry): Entry {
  const again = { ...entry, state: 'WAITING' as const, attempt: entry.attempt + 1, offer: null };
  return { ...again, revision: entry.revision + 1 };
}

/** Whether an offer can still be taken. */
export function isAnswerable({ state, offer }: Entry, now: Millis): boolean {
  return state === 'OFFERED' && offer?.answerBy != null && now < offer.answerBy;
}

function moved(
  entry: Entry,
  to: EntryState,
  now: Millis,
  change: Partial<Pick<Entry, 'offer' | 'reason'>> = {},
): Entry {
  assert(
    ENTRY_MOVES[entry.state].includes(to),
    `waitlist entry ${entry.place} of event ${entry.eventId}: ${entry.state} to ${to}`,
  );
  const ended = isLive({ state: to }) ? null : now;
  return { ...entry, ...change, state: to, revision: entry.revision + 1, endedAt: ended };
}
