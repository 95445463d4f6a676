import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import { Hall } from '../../src/reservation/hall.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { SeatStore } from '../../src/reservation/ports/seat-store.ts';
import { dice } from '../backends/dice.ts';
import { seatsOf } from '../backends/halls.ts';
import { claimed, holdOn, payFor, sell } from '../backends/seat-commands.ts';
import type { SeatNode, SeatNodes } from '../backends/seat-nodes.ts';
import { eventually } from '../system/eventually.ts';

/** What buyers were told: which seats are theirs, and how often that nobody knows. */
export interface Told {
  sold: { seatId: number; orderId: number }[];
  unavailable: number;
}

type Answer = Awaited<ReturnType<SeatStore['execute']>>;

/**
 * Buyers who hold, pay, give back and refund seats of one event at random nodes, until they are told to stop. What they
 * were told is held against the books in the end.
 */
export class Crowd {
  readonly told: Told = { sold: [], unavailable: 0 };
  readonly #nodes: readonly SeatNode[];
  readonly #event: { eventId: number; seatIds: readonly number[] };
  readonly #random = dice(11);
  #orders = 0;
  #answers = 0;
  #stopped = false;
  readonly #buyers: Promise<void>[];

  constructor(
    nodes: readonly SeatNode[],
    event: { eventId: number; seatIds: readonly number[] },
    buyers: number,
  ) {
    this.#nodes = nodes;
    this.#event = event;
    this.#buyers = Array.from({ length: buyers }, (_, index) => this.#buy(`buyer ${index}`));
  }

  /** Resolves when they had so many answers more, of any kind. */
  async answered(count: number): Promise<void> {
    const enough = this.#answers + count;
    await eventually(() => this.#answers >= enough, true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#buyers);
  }

  async #buy(userId: string): Promise<void> {
    while (!this.#stopped) {
      await this.#visit(userId);
      await delay(this.#random.below(5));
    }
  }

  async #visit(userId: string): Promise<void> {
    const { eventId, seatIds } = this.#event;
    const wanted = Array.from({ length: 1 + this.#random.below(2) }, () =>
      this.#random.below(seatIds.length),
    );
    const seats = [...new Set(wanted)].map((place) => seatIds[place] as number);
    const held = await this.#ask(holdOn(eventId, seats, userId));
    if (!held) return;
    const holds = (held as { holds: Hold[] }).holds;
    if (this.#random.below(4) === 0) {
      const holdIds = holds.map(({ holdId }) => holdId);
      await this.#ask({ type: 'release_holds', eventId, holdIds, userId });
      return;
    }
    const orderId = ++this.#orders;
    const deadline = Date.now() + 60_000;
    const paying = await this.#ask(payFor(eventId, { orderId, userId, seatIds: seats, deadline }));
    if (!paying) return;
    const claims = (paying as { holds: Hold[] }).holds;
    if (this.#random.below(5) === 0) {
      const outcome = 'booking_cancelled';
      await this.#ask({
        type: 'end_payment',
        eventId,
        orderId,
        seats: claimed(claims),
        outcome,
        actor: userId,
      });
      return;
    }
    const sold = await this.#ask(sell(eventId, orderId, userId, claims));
    if (!sold) return;
    const sales = (sold as { holds: Hold[] }).holds;
    if (this.#random.below(3) > 0) {
      for (const { seatId } of sales) this.told.sold.push({ seatId, orderId });
      return;
    }
    await this.#ask({ type: 'return_sale', eventId, orderId, seats: claimed(sales), actor: userId });
  }

  /** Undefined when it was refused, or nobody knows; a hold is remembered as the buyer has it. */
  async #ask(command: SeatCommand): Promise<Exclude<Answer, { refused: string }> | undefined> {
    const node = this.#nodes[this.#random.below(this.#nodes.length)] as SeatNode;
    try {
      const reply = await node.seatStore.execute(command);
      this.#answers++;
      return isRefusal(reply) ? undefined : reply;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.told.unavailable++;
      await delay(20);
      return undefined;
    }
  }
}

/** Tries again while the store cannot serve: it heals by itself. */
export async function whenServed<R>(ask: () => Promise<R>): Promise<R> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable) || tries > 200) throw error;
      await delay(50);
    }
  }
}

/** Books equal, nothing sold twice, nothing promised and not kept. Invariants 1, 2, 3, 11 and 32 of safety.md. */
export async function audit(
  { ledger, sql }: SeatNodes,
  nodes: readonly SeatNode[],
  { eventId, seatIds }: { eventId: number; seatIds: readonly number[] },
  told: Told,
): Promise<void> {
  const [first] = nodes as [SeatNode];
  await whenServed(() => first.seatStore.settled(eventId));
  const sales = await sql.query<{ seat_id: number; order_id: number }>(
    'SELECT seat_id, order_id FROM sale WHERE event_id = ?',
    [eventId],
  );
  const owner = new Map(sales.map((row) => [row.seat_id, row.order_id]));
  expect(new Set(told.sold.map(({ seatId }) => seatId)).size, 'sold to one buyer each').toBe(
    told.sold.length,
  );
  for (const { seatId, orderId } of told.sold) expect(owner.get(seatId), `seat ${seatId}`).toBe(orderId);

  const twice = await sql.query(
    `SELECT seat_id FROM hold WHERE event_id = ? AND state IN ('HELD', 'PAYING') GROUP BY seat_id HAVING count(*) > 1`,
    [eventId],
  );
  expect(twice, 'one live claim on a seat').toEqual([]);

  const hall = new Hall(eventId, seatsOf(eventId, seatIds[0] as number, { seatsPerRow: seatIds.length }), {
    numbered: true,
  });
  const seed = await ledger.load(hall, 0);
  const claims = new Map(seed.holds.map((hold) => [hold.seatId, hold]));
  for (const { seatStore } of nodes) {
    const seats = (await whenServed(() => seatStore.seats(eventId)))?.seats ?? [];
    for (const { seat, claim } of seats)
      expect(claim, `seat ${seat.seatId}`).toEqual(claims.get(seat.seatId));
    const counts = await whenServed(() => seatStore.counts(eventId));
    const recount = { AVAILABLE: 0, HELD: 0, PAYING: 0, SOLD: 0, BLOCKED: 0 };
    for (const { state } of seats) recount[state]++;
    expect(counts).toEqual(recount);
    expect(counts.SOLD).toBe(sales.length);
  }
}
