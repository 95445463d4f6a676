import type { SimulatedPaymentProvider } from '../../../adapters/simulated/payment-provider.ts';
import type { HoldRecord } from '../../../adapters/sql/seats/hold-row.ts';
import { must } from '../violation.ts';
import {
  attemptOf,
  type Batch,
  type Committed,
  type MoveRow,
  type OrderRow,
  type ReplayedSeat,
  seatsOf,
} from './committed.ts';

/** What the sale of this seed allows. */
export interface HouseRules {
  seatsPerBuyer: number;
  seatsPerHold: number;
  /** In milliseconds, of a hold made under such a session. */
  longestHold(sessionId: string | null): number;
  /** When a hold ends at the latest that stands so in the ledger; its extension may come there with what rests on it. */
  latestEnd(hold: HoldRecord): number;
}

/** The legal moves as docs/safety.md lists them; on purpose not the table that the rules themselves use. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  AVAILABLE: ['HELD', 'BLOCKED'],
  HELD: ['PAYING', 'AVAILABLE'],
  PAYING: ['SOLD', 'AVAILABLE'],
  SOLD: ['AVAILABLE'],
  BLOCKED: ['AVAILABLE'],
};

const OVER = new Set(['CONFIRMED', 'RELEASED', 'EXPIRED']);
const ENDED_ORDERS = new Set(['CONFIRMED', 'CANCELLED', 'FAILED']);

/** Judges each commit by itself and by what was committed before: invariants 1, 3 to 11, 22 and 26 in their stepwise form. */
export class CommitRules {
  readonly #committed: Committed;
  readonly #house: HouseRules;
  readonly #provider: SimulatedPaymentProvider;
  readonly #endsOfHold = new Map<number, number>();
  readonly #claimedLate = new Set<number>();

  constructor(committed: Committed, house: HouseRules, provider: SimulatedPaymentProvider) {
    this.#committed = committed;
    this.#house = house;
    this.#provider = provider;
  }

  check(batch: Batch): void {
    const before = new Map(batch.holds.map((change) => [change.after.hold_id, change.before]));
    for (const move of batch.moves) this.#move(move, before);
    for (const change of batch.holds) this.#hold(change.before, change.after);
    for (const seatId of batch.seatIds) this.#seat(seatId);
    for (const change of batch.orders) this.#order(change.before, change.after);
    this.#messages(batch);
    this.#allOrNothing(batch);
    this.#limits(batch);
  }

  #move(move: MoveRow, before: ReadonlyMap<number, HoldRecord | undefined>): void {
    const seat = this.#committed.seats.get(move.seat_id);
    const name = `seat ${move.seat_id}, move ${move.number} (${move.cause})`;
    must(seat !== undefined && seat.eventId === move.event_id, 6, () => `${name} is of no seat of its event`);
    must(
      seat.state === move.from_state,
      33,
      () => `${name} leaves ${move.from_state}, but the log has ${seat.state}`,
    );
    must(
      LEGAL[move.from_state]?.includes(move.to_state) ?? false,
      6,
      () => `${name}: ${move.from_state} to ${move.to_state}`,
    );
    must(move.number > seat.lastNumber, 5, () => `${name} is not after ${seat.lastNumber}`);
    must(move.at >= seat.lastAt, 8, () => `${name} is at ${move.at}, before the move at ${seat.lastAt}`);
    this.#claimOfMove(seat, move, before);
    seat.state = move.to_state;
    seat.lastNumber = move.number;
    seat.lastAt = move.at;
    seat.moves++;
    this.#committed.moves.push(move);
  }

  #claimOfMove(seat: ReplayedSeat, move: MoveRow, before: ReadonlyMap<number, HoldRecord | undefined>): void {
    if (move.hold_id === null) return;
    const name = `seat ${move.seat_id}, move ${move.number} (${move.cause})`;
    const hold = this.#committed.holds.get(move.hold_id);
    must(hold !== undefined, 33, () => `${name} has no hold row ${move.hold_id}`);
    if (move.to_state === 'HELD') {
      must(hold.fence === move.number, 5, () => `${name}: the hold's fence is ${hold.fence}`);
      must(hold.fence > seat.fence, 5, () => `${name}: fence ${hold.fence} after ${seat.fence}`);
      seat.fence = hold.fence;
      seat.holdId = hold.hold_id;
      return;
    }
    must(
      seat.holdId === move.hold_id,
      5,
      () => `${name} is of hold ${move.hold_id}, the seat is of ${seat.holdId}`,
    );
    must(
      move.actor === null || move.actor === hold.user_id,
      7,
      () => `${name} by ${move.actor}, not ${hold.user_id}`,
    );
    if (move.from_state !== 'SOLD' && (move.to_state === 'AVAILABLE' || move.to_state === 'SOLD')) {
      const ends = (this.#endsOfHold.get(hold.hold_id) ?? 0) + 1;
      this.#endsOfHold.set(hold.hold_id, ends);
      must(ends === 1, 9, () => `hold ${hold.hold_id} ended ${ends} times, the last by ${name}`);
    }
    if (move.cause === 'late_payment') this.#claimedLate.add(hold.hold_id);
    this.#timeOfMove(move, hold, before.get(hold.hold_id));
    if (move.cause === 'refund') this.#moneyFirst(move, hold);
  }

  #timeOfMove(move: MoveRow, hold: HoldRecord, before: HoldRecord | undefined): void {
    const name = `seat ${move.seat_id}, move ${move.number} (${move.cause})`;
    const clockEndedIt = move.actor === null && move.to_state === 'AVAILABLE' && hold.state === 'EXPIRED';
    if (clockEndedIt) {
      must(
        move.at >= hold.expires_at,
        8,
        () => `${name} at ${move.at}, before the hold's end ${hold.expires_at}`,
      );
    }
    if (move.cause === 'booking' && before) {
      must(
        move.at < this.#house.latestEnd(before),
        8,
        () => `${name} at ${move.at}, the hold was over at ${before.expires_at}`,
      );
    }
    // A late payment claims a seat only to sell it at once: its claim has no time of its own.
    if (move.cause === 'sale' && before && !this.#claimedLate.has(hold.hold_id)) {
      must(
        move.at < hold.expires_at,
        8,
        () => `${name} at ${move.at}, the claim was over at ${hold.expires_at}`,
      );
    }
  }

  /** A seat is never back in the sale while its money is still ours. */
  #moneyFirst(move: MoveRow, hold: HoldRecord): void {
    const order = this.#committed.orders.get(hold.order_id ?? 0);
    const charge = order && this.#provider.book.get(attemptOf(order));
    must(
      charge?.state !== 'captured',
      22,
      () => `seat ${move.seat_id} went back before order ${order?.order_id} was refunded`,
    );
  }

  #hold(before: HoldRecord | undefined, after: HoldRecord): void {
    const name = `hold ${after.hold_id}`;
    if (before && OVER.has(before.state)) {
      must(
        JSON.stringify(before) === JSON.stringify(after),
        9,
        () => `${name} was ${before.state} and changed again`,
      );
    }
    if (before) {
      must(
        before.fence === after.fence && before.user_id === after.user_id,
        5,
        () => `${name} changed its fence or owner`,
      );
      must(before.seat_id === after.seat_id, 5, () => `${name} changed its seat`);
    }
    must(
      OVER.has(after.state) === (after.ended_at !== null),
      9,
      () => `${name} is ${after.state}, ended at ${after.ended_at}`,
    );
    if (after.state !== 'HELD') return;
    must(
      after.expires_at <= after.latest_end,
      8,
      () => `${name} ends at ${after.expires_at}, past ${after.latest_end}`,
    );
    const total = after.latest_end - after.held_at;
    must(total <= this.#house.longestHold(after.session_id), 8, () => `${name} may last ${total} ms in all`);
    must(!before || after.expires_at >= before.expires_at, 8, () => `${name} became shorter`);
  }

  /** The log, the holds and the sold rows tell the same of a seat: one live claim or none. */
  #seat(seatId: number): void {
    const seat = this.#committed.seats.get(seatId);
    const live = [...(this.#committed.liveBySeat.get(seatId) ?? [])].map((id) =>
      this.#committed.holds.get(id),
    );
    const sale = this.#committed.sales.get(seatId);
    const claims = live.length + (sale ? 1 : 0);
    must(claims <= 1, 1, () => `seat ${seatId} has ${claims} live claims`);
    const expected = sale ? 'SOLD' : (live[0]?.state ?? 'free');
    const logged = seat?.state === 'AVAILABLE' || seat?.state === 'BLOCKED' ? 'free' : seat?.state;
    must(
      logged === expected,
      33,
      () => `seat ${seatId} is ${expected} by its rows and ${seat?.state} by its log`,
    );
    if (!sale) return;
    const hold = this.#committed.holds.get(sale.hold_id);
    must(
      hold?.state === 'CONFIRMED' && hold.hold_id === seat?.holdId && hold.fence === sale.fence,
      1,
      () => `seat ${seatId} is sold under hold ${sale.hold_id}, but belongs to hold ${seat?.holdId}`,
    );
  }

  #order(before: OrderRow | undefined, after: OrderRow): void {
    const name = `order ${after.order_id}`;
    must(
      !before || after.revision >= before.revision,
      26,
      () => `${name} went back to revision ${after.revision}`,
    );
    must(!before || after.amount === before.amount, 23, () => `${name} changed its amount`);
    const isOver = ENDED_ORDERS.has(after.state);
    must(
      isOver === (after.due_at === null),
      26,
      () => `${name} is ${after.state}, and its driver is due ${after.due_at}`,
    );
    if (after.state !== 'CONFIRMED') return;
    const charge = this.#provider.book.get(attemptOf(after));
    must(
      charge?.state === 'captured',
      22,
      () => `${name} is CONFIRMED and its charge is ${charge?.state ?? 'none'}`,
    );
    must(charge.amount === after.amount, 23, () => `${name} of ${after.amount} was charged ${charge.amount}`);
    for (const seatId of seatsOf(after)) {
      const owner = this.#committed.sales.get(seatId)?.order_id;
      must(
        owner === after.order_id,
        22,
        () => `${name} is CONFIRMED and its seat ${seatId} is sold to ${owner ?? 'nobody'}`,
      );
    }
  }

  /** The end of an order and the fact that tells of it are one commit. */
  #messages(batch: Batch): void {
    for (const { before, after } of batch.orders) {
      if (!ENDED_ORDERS.has(after.state) || before?.state === after.state) continue;
      if (before?.state === 'PART_REFUNDING') continue; // It was confirmed before, and that was told.
      const told = batch.messages.filter(
        ({ orderId, type }) => orderId === after.order_id && type === after.state,
      );
      const name = `order ${after.order_id} became ${after.state}`;
      must(told.length === 1, 30, () => `${name} and ${told.length} messages tell of it`);
    }
  }

  /** Seats claimed together are claimed in one commit; seats of one order are sold in one commit. */
  #allOrNothing(batch: Batch): void {
    const fresh = new Set(batch.holds.filter(({ before }) => !before).map(({ after }) => after.hold_id));
    const groups = new Set([...fresh].map((id) => this.#committed.holds.get(id)?.group_id));
    for (const hold of groups.size > 0 ? this.#committed.holds.values() : []) {
      if (!groups.has(hold.group_id)) continue;
      must(
        fresh.has(hold.hold_id),
        4,
        () => `the seats of command ${hold.group_id} were claimed in two commits`,
      );
    }
    const sold = new Set(
      batch.moves.filter((move) => move.to_state === 'SOLD').map((move) => move.hold_id as number),
    );
    for (const orderId of new Set([...sold].map((id) => this.#committed.holds.get(id)?.order_id))) {
      const order = this.#committed.orders.get(orderId ?? 0);
      for (const seatId of order ? seatsOf(order) : []) {
        const owner = this.#committed.sales.get(seatId)?.order_id;
        must(owner === orderId, 4, () => `order ${orderId} was sold in part: seat ${seatId} is missing`);
      }
    }
  }

  #limits(batch: Batch): void {
    const changed = batch.holds.filter(({ before, after }) => !before && after.state === 'HELD');
    for (const { after } of changed) {
      const live = [...this.#committed.holds.values()].filter(
        (hold) =>
          hold.user_id === after.user_id &&
          hold.event_id === after.event_id &&
          (hold.state === 'HELD' || hold.state === 'PAYING'),
      );
      must(
        live.length <= this.#house.seatsPerBuyer,
        10,
        () => `${after.user_id} has ${live.length} live seats`,
      );
      const together = live.filter((hold) => hold.group_id === after.group_id).length;
      must(together <= this.#house.seatsPerHold, 10, () => `${together} seats in one reservation`);
    }
  }
}
