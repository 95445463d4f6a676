import { assert } from '../../core/assert.ts';
import type { Millis } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import type { Changes, Claims } from '../claims.ts';
import type { ExtendHold, ReleaseHolds, SeatReplies } from '../command.ts';
import type { Hold } from '../hold.ts';
import { type Decision, Moves, refused } from './decision.ts';

/** The new end is the later of the old one and now, or the old one, plus the extension, never past the hold's latest end. */
export function extendHold(
  claims: Claims,
  command: ExtendHold,
  now: Millis,
): Decision<SeatReplies['extend_hold']> {
  const hold = claims.live.get(command.holdId);
  if (!hold || hold.userId !== command.userId) return refused(refuse('RESERVATION_NOT_FOUND'));
  if (hold.state !== 'HELD') return refused(refuse('RESERVATION_NOT_ACTIVE'));
  if (hold.expiresAt >= hold.latestEnd) return refused(refuse('EXTENSION_LIMIT'));
  const from = command.from === 'end' ? hold.expiresAt : now;
  const expiresAt = Math.min(Math.max(hold.expiresAt, from + command.additionalMillis), hold.latestEnd);
  const extended = { ...hold, expiresAt };
  const seat = claims.hall.seatAt(ordinalOf(claims, hold));
  return { changes: { moves: [], holds: [extended] }, reply: { hold: extended, seat } };
}

/** Gives back those of the named holds that are the buyer's and still held; a single one that is not is refused. */
export function releaseHolds(
  claims: Claims,
  command: ReleaseHolds,
  now: Millis,
): Decision<SeatReplies['release_holds']> {
  const { userId, actor = userId } = command;
  const steps = new Moves(claims, now);
  const held = heldBy(claims, userId, command.holdIds);
  const holds = held.map((hold) => giveBack(steps, hold, actor));
  return {
    changes: { moves: steps.moves, holds },
    reply: { released: (command.releasedBefore ?? 0) + holds.length },
  };
}

/** Those of the holds that are the buyer's and still held, each once. */
export function heldBy(claims: Claims, userId: string, holdIds: readonly number[]): Hold[] {
  return [...new Set(holdIds)].flatMap((holdId) => {
    const hold = claims.live.get(holdId);
    return hold?.userId === userId && hold.state === 'HELD' ? [hold] : [];
  });
}

/** A further step: the hold is over and its seat free. */
export function giveBack(steps: Moves, hold: Hold, actor: string): Hold {
  const released: Hold = { ...hold, state: 'RELEASED', endedAt: steps.at };
  steps.add({ ordinal: ordinalOf(steps.claims, hold), to: 'AVAILABLE', cause: 'release', actor }, released);
  return released;
}

/** Takes the holds that are over out of the expiry index and frees their seats. */
export function expireDue(claims: Claims, now: Millis): Changes {
  const steps = new Moves(claims, now);
  const holds: Hold[] = [];
  for (let due = claims.expiries.takeDue(now); due; due = claims.expiries.takeDue(now)) {
    const hold = claims.live.get(due.holdId);
    if (hold?.expiresAt !== due.at) continue;
    const expired: Hold = { ...hold, state: 'EXPIRED', endedAt: now };
    holds.push(expired);
    const cause = hold.state === 'PAYING' ? 'payment_deadline' : 'expiry';
    steps.add({ ordinal: ordinalOf(claims, hold), to: 'AVAILABLE', cause, actor: null }, expired);
  }
  return { moves: steps.moves, holds };
}

export function ordinalOf(claims: Claims, hold: Hold): number {
  const ordinal = claims.hall.ordinalOf(hold.seatId);
  assert(ordinal !== undefined, `hold ${hold.holdId} is on no seat of event ${claims.hall.eventId}`);
  return ordinal;
}
