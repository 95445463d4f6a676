import { expect } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { type Changes, Claims, type ClaimsSeed } from '../../../src/reservation/claims.ts';
import type { SeatCommand } from '../../../src/reservation/command.ts';
import { decide } from '../../../src/reservation/decisions/decide.ts';
import { expireDue } from '../../../src/reservation/decisions/hold-end.ts';
import type { Hall } from '../../../src/reservation/hall.ts';
import type { Hold } from '../../../src/reservation/hold.ts';
import { SEAT_STATES } from '../../../src/reservation/seat.ts';
import { TERMS } from '../../backends/seat-commands.ts';

/** The table of safety.md, invariant 6, written down a second time: the rules are held against it, not against their own. */
const LEGAL = new Set([
  'AVAILABLE>HELD',
  'HELD>PAYING',
  'HELD>AVAILABLE',
  'PAYING>SOLD',
  'PAYING>AVAILABLE',
  'SOLD>AVAILABLE',
  'AVAILABLE>BLOCKED',
  'BLOCKED>AVAILABLE',
]);

export const NOTHING: ClaimsSeed = { holds: [], blocked: [], lapses: [], lapsed: [] };

/** Runs the rules on one event and checks after every step what must always hold (numbers: safety.md). */
export class CheckedSale {
  readonly claims: Claims;
  /** Every hold there ever was, as it stands. */
  readonly holds = new Map<number, Hold>();
  now = 1_000_000;
  #nextHoldId = 1;
  readonly #latestFence = new Map<number, number>();
  readonly #terminal = new Map<number, number>();
  readonly #returned = new Set<number>();

  constructor(hall: Hall) {
    this.claims = new Claims(hall, 1, NOTHING);
  }

  /** Everything of the state that a stale write must not touch. */
  hash(): string {
    const { claims } = this;
    const seats = claims.hall.seats.map((_, ordinal) => [claims.stateAt(ordinal), claims.latest[ordinal]]);
    return JSON.stringify([seats, [...claims.live.values()], claims.counts, [...claims.buyers]]);
  }

  advance(millis: number): void {
    this.now += millis;
    const before = new Map(this.claims.live);
    const changes = expireDue(this.claims, this.now);
    for (const hold of changes.holds) {
      expect(hold.state).toBe('EXPIRED');
      expect(before.get(hold.holdId)?.expiresAt, 'invariant 8').toBeLessThanOrEqual(this.now);
    }
    this.#take(changes);
    for (const hold of this.claims.live.values()) expect(hold.expiresAt).toBeGreaterThan(this.now);
  }

  execute(command: SeatCommand) {
    const before = this.hash();
    const { changes, reply } = decide(this.claims, command, this.now, () => this.#nextHoldId++);
    expect(this.hash(), 'a decision changes nothing by itself').toBe(before);
    if (isRefusal(reply)) expect(changes).toEqual({ moves: [], holds: [] });
    this.#take(changes);
    if (isRefusal(reply)) expect(this.hash(), 'invariant 41').toBe(before);
    return reply;
  }

  /** What the ledger would give back after a restart. */
  reloaded(): Claims {
    const holds = [...this.holds.values()].filter(
      (hold) => hold.state === 'HELD' || hold.state === 'PAYING' || this.#isSold(hold),
    );
    const { hall } = this.claims;
    const blocked = hall.seats.filter((_, ordinal) => this.claims.stateAt(ordinal) === 'BLOCKED');
    const lapsed = hall.seats.flatMap((_, ordinal) => {
      const latest = this.claims.latest[ordinal];
      return latest?.state === 'EXPIRED' ? latest : [];
    });
    return new Claims(hall, 2, { holds, blocked: blocked.map(({ seatId }) => seatId), lapses: [], lapsed });
  }

  #take(changes: Changes): void {
    for (const hold of changes.holds) this.#checkHold(hold);
    let last = this.claims.moveNumber(0) - 1;
    for (const move of changes.moves) {
      expect(LEGAL, 'invariant 6').toContain(`${move.from}>${move.to}`);
      expect(move.number, 'moves are numbered without a gap').toBe(++last);
      if (move.from === 'SOLD') this.#returned.add(move.hold?.holdId ?? 0);
      if (move.to === 'HELD') this.#checkFence(move.seatId, move.hold?.fence ?? 0, move.number);
    }
    this.claims.apply(changes);
    this.#checkState();
  }

  #checkFence(seatId: number, fence: number, number: number): void {
    expect(fence, 'a claim takes the number of its move as its fence').toBe(number);
    expect(fence, 'invariant 5').toBeGreaterThan(this.#latestFence.get(seatId) ?? 0);
    this.#latestFence.set(seatId, fence);
  }

  #checkHold(hold: Hold): void {
    const before = this.holds.get(hold.holdId);
    if (before) {
      expect(hold.fence, 'invariant 5').toBe(before.fence);
      expect(hold.userId, 'invariant 7').toBe(before.userId);
      expect(hold.expiresAt, 'an extension never shortens').toBeGreaterThanOrEqual(before.expiresAt);
    }
    if (hold.state === 'HELD') expect(hold.expiresAt, 'invariant 8').toBeLessThanOrEqual(hold.latestEnd);
    if (hold.endedAt !== null) {
      const ends = (this.#terminal.get(hold.holdId) ?? 0) + 1;
      expect(ends, 'invariant 9').toBe(1);
      this.#terminal.set(hold.holdId, ends);
    }
    this.holds.set(hold.holdId, hold);
  }

  #checkState(): void {
    const { claims } = this;
    const liveOn = new Map<number, Hold>();
    const liveOf = new Map<string, number>();
    for (const hold of this.holds.values()) {
      if (hold.endedAt !== null && !this.#isSold(hold)) continue;
      expect(liveOn.has(hold.seatId), 'invariant 1').toBe(false);
      liveOn.set(hold.seatId, hold);
      if (hold.state !== 'CONFIRMED') liveOf.set(hold.userId, (liveOf.get(hold.userId) ?? 0) + 1);
    }
    const counted = Object.fromEntries(SEAT_STATES.map((state) => [state, 0]));
    claims.hall.seats.forEach(({ seatId }, ordinal) => {
      const state = claims.stateAt(ordinal);
      counted[state] = (counted[state] ?? 0) + 1;
      expect(claims.claimAt(ordinal)).toEqual(liveOn.get(seatId));
      const claim = liveOn.get(seatId)?.state ?? state;
      expect(state).toBe(claim === 'CONFIRMED' ? 'SOLD' : claim);
    });
    expect(claims.counts, 'invariant 11').toEqual(counted);
    for (const [userId, live] of liveOf) {
      expect(claims.buyers.get(userId)?.live, 'the count of a buyer is a recount').toBe(live);
      expect(live, 'invariant 10').toBeLessThanOrEqual(TERMS.liveSeatsPerBuyer);
    }
  }

  #isSold(hold: Hold): boolean {
    return hold.state === 'CONFIRMED' && !this.#returned.has(hold.holdId);
  }
}
