import type { Order } from '../../../order/order.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { Held } from '../../../reservation/service.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';

const WAS_CONFIRMED = new Set(['CONFIRMED', 'PART_REFUNDING', 'REFUNDING', 'CANCELLED']);

/**
 * Holds every answer against the committed rows at the moment it is given. Invariant 32: what is acknowledged is
 * there; 41: what is definitely denied is not; 7: it is the asker's own.
 */
export class Witness {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  held(userId: string, { holds, seats }: Held, wanted: number): void {
    must(
      holds.length === wanted && seats.length === wanted,
      4,
      () => `${userId} got ${holds.length} of ${wanted} seats`,
    );
    must(
      new Set(holds.map(({ groupId }) => groupId)).size === 1,
      4,
      () => `${userId} got seats of several commands`,
    );
    for (const { holdId, userId: owner } of holds) {
      must(owner === userId, 7, () => `${userId} got hold ${holdId} of ${owner}`);
      if (this.#world.redis) continue;
      must(
        this.#hold(holdId) !== undefined,
        32,
        () => `hold ${holdId} was acknowledged to ${userId} and is not committed`,
      );
    }
    if (this.#world.redis) for (const hold of holds) this.#world.promised.held(hold);
  }

  notHeld(sessionId: string): void {
    this.#world.promised.denied(sessionId);
    const held = [...this.#world.committed.holds.values()].find((hold) => hold.session_id === sessionId);
    must(
      held === undefined,
      41,
      () => `${sessionId} was told that nothing happened, and has hold ${held?.hold_id}`,
    );
  }

  extended(userId: string, before: Hold, after: Hold): void {
    must(after.userId === userId, 7, () => `${userId} extended hold ${after.holdId} of ${after.userId}`);
    must(after.expiresAt >= before.expiresAt, 8, () => `hold ${after.holdId} was extended to an earlier end`);
    if (this.#world.redis) {
      this.#world.promised.held(after);
      return;
    }
    const row = this.#hold(after.holdId);
    const isThere = row !== undefined && row.expires_at >= after.expiresAt;
    must(isThere, 32, () => `the extension of hold ${after.holdId} to ${after.expiresAt} is not committed`);
  }

  ended(userId: string, holdId: number): void {
    const row = this.#hold(holdId);
    if (this.#world.redis && (!row || row.ended_at === null)) return; // Nothing is live at rest.
    must(row?.user_id === userId, 7, () => `${userId} released hold ${holdId} of ${row?.user_id}`);
    must(
      row?.ended_at !== null,
      32,
      () => `the release of hold ${holdId} was acknowledged and is not committed`,
    );
  }

  releasedMany(userId: string, holdIds: readonly number[], released: number): void {
    if (this.#world.redis) return;
    const own = holdIds.map((holdId) => this.#hold(holdId)).filter((row) => row?.user_id === userId);
    const ended = own.filter((row) => row?.state === 'RELEASED').length;
    must(ended >= released, 32, () => `${released} holds of ${userId} were released, ${ended} are so`);
  }

  booked(userId: string, order: Order, seatIds: readonly number[]): void {
    const row = this.#world.committed.orders.get(order.orderId);
    must(row !== undefined, 32, () => `order ${order.orderId} was acknowledged and is not committed`);
    must(row.user_id === userId, 7, () => `${userId} got order ${order.orderId} of ${row.user_id}`);
    must(
      order.seats.length === seatIds.length,
      4,
      () => `order ${order.orderId} has ${order.seats.length} seats`,
    );
    const sum = order.seats.reduce((total, seat) => total + seat.price, 0);
    must(row.amount === sum, 23, () => `order ${order.orderId} costs ${row.amount}, its seats ${sum}`);
  }

  /** No seat of his may be left behind as being paid for by an order that does not exist. */
  notBooked(userId: string, seatIds: readonly number[], movesBefore: number): void {
    const { committed } = this.#world;
    for (const move of committed.moves.slice(movesBefore)) {
      if (move.cause !== 'booking' || move.actor !== userId || !seatIds.includes(move.seat_id)) continue;
      const hold = this.#hold(move.hold_id ?? 0);
      if (hold?.state !== 'PAYING' || committed.orders.has(hold.order_id ?? 0)) continue;
      must(
        false,
        41,
        () =>
          `${userId} was told that nothing was booked, and seat ${move.seat_id} waits for order ${hold.order_id}`,
      );
    }
  }

  paid(userId: string, order: Order): void {
    const row = this.#world.committed.orders.get(order.orderId);
    must(row?.user_id === userId, 7, () => `${userId} paid order ${order.orderId} of ${row?.user_id}`);
    const wasConfirmed = row !== undefined && WAS_CONFIRMED.has(row.state);
    must(
      order.state === 'CONFIRMED' && wasConfirmed,
      32,
      () => `order ${order.orderId} was acknowledged ${order.state} and is ${row?.state}`,
    );
  }

  cancelled(userId: string, order: Order): void {
    const row = this.#world.committed.orders.get(order.orderId);
    must(row?.user_id === userId, 7, () => `${userId} cancelled order ${order.orderId} of ${row?.user_id}`);
    must(
      row?.state === 'CANCELLED',
      32,
      () => `the cancellation of order ${order.orderId} was acknowledged and it is ${row?.state}`,
    );
  }

  notCancelled(userId: string, orderId: number, movesBefore: number): void {
    const { committed } = this.#world;
    for (const move of committed.moves.slice(movesBefore)) {
      const hold = this.#hold(move.hold_id ?? 0);
      const isCancelled = move.cause === 'booking_cancelled' || move.cause === 'refund';
      if (!isCancelled || move.actor !== userId || hold?.order_id !== orderId) continue;
      const state = committed.orders.get(orderId)?.state;
      must(
        state === 'CANCELLED',
        41,
        () =>
          `${userId} was told that order ${orderId} was not cancelled, and its seat ${move.seat_id} went back`,
      );
    }
  }

  #hold(holdId: number) {
    return this.#world.committed.holds.get(holdId);
  }
}
