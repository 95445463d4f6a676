import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sqlOutbox } from '../../../src/adapters/sql/messages/outbox.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { type SaleInMemory, saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted } from '../../backends/seat-commands.ts';
import { unsteadyProvider } from '../../backends/unsteady-provider.ts';

const claimant = (userId: string) => ({ userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined });

/** Lets the relay run until every message has been taken. */
async function quiesce(running: SaleInMemory): Promise<void> {
  const stop = running.sale.startJobs();
  const outbox = sqlOutbox(running.database);
  while ((await outbox.waiting(1)).length > 0) {
    running.clock.advance(200);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  }
  stop();
}

const LIVE = `SELECT order_id, seat_id, count(*) AS tickets FROM ticket
  WHERE state IN ('VALID', 'USED') GROUP BY order_id, seat_id ORDER BY order_id, seat_id`;
const SOLD = 'SELECT order_id, seat_id, 1 AS tickets FROM sale ORDER BY order_id, seat_id';

type Act = 'buy' | 'give up' | 'cancel' | 'transfer' | 'scan' | 'relay' | 'restart';

/** Buyers, a gate and crashes on one event; remembers who has paid. */
class Crowd {
  readonly #running: SaleInMemory;
  readonly #eventId: number;
  readonly #paid = new Map<number, string>();

  constructor(running: SaleInMemory, eventId: number) {
    this.#running = running;
    this.#eventId = eventId;
  }

  async act(act: Act, userId: string): Promise<void> {
    // Dice and ids begin anew with the program, so time must not stand still.
    this.#running.clock.advance(1);
    if (act === 'relay') return quiesce(this.#running);
    if (act === 'restart') return this.#running.restart();
    if (act === 'cancel') return this.#cancel();
    return act === 'buy' || act === 'give up' ? this.#order(act, userId) : this.#withTicket(act);
  }

  async #order(act: 'buy' | 'give up', userId: string): Promise<void> {
    const { reservations, orders, seatStore } = this.#running.sale;
    const seats = (await seatStore.seats(this.#eventId))?.seats ?? [];
    const free = seats.filter(({ state }) => state === 'AVAILABLE').map(({ seat }) => seat.seatId);
    const wanted = free.slice(0, 2);
    if (wanted.length === 0) return;
    granted(await reservations.hold(this.#eventId, wanted, claimant(userId)));
    const { orderId } = granted(await orders.create(this.#eventId, wanted, userId, undefined));
    if (act === 'give up') granted(await orders.cancel(orderId, userId, null, undefined));
    else granted(await orders.confirmPayment(orderId, userId, 'p', undefined));
    if (act === 'buy') this.#paid.set(orderId, userId);
  }

  async #cancel(): Promise<void> {
    const [order] = this.#paid;
    if (!order) return;
    const { orders, ticketing } = this.#running.sale;
    const { tickets } = await ticketing.gate.liveTickets(this.#eventId);
    const isOutOfHand = tickets.some(
      ({ id, holderId, state }) => id.orderId === order[0] && (holderId !== order[1] || state === 'USED'),
    );
    const answer = await orders.cancel(...order, null, undefined);
    expect(isRefusal(answer)).toBe(isOutOfHand);
    if (!isOutOfHand) this.#paid.delete(order[0]);
  }

  /** Is refused for what is used, and for what was given back, even before the message about it came by. */
  async #withTicket(act: 'transfer' | 'scan'): Promise<void> {
    const { gate, tickets, paper } = this.#running.sale.ticketing;
    const [ticket] = (await gate.liveTickets(this.#eventId)).tickets;
    if (!ticket) return;
    const answer =
      act === 'transfer'
        ? tickets.transfer(ticket.id, `friend of ${ticket.holderId}`, {
            userId: ticket.holderId,
            key: undefined,
          })
        : gate.checkIn(
            this.#eventId,
            { code: paper.code(ticket), gate: 'G' },
            { actor: 's', key: undefined },
          );
    const isGood = ticket.state === 'VALID' && this.#paid.has(ticket.id.orderId);
    expect(isRefusal(await answer)).toBe(!isGood);
  }
}

it('in the end each sold seat has exactly one live ticket, and no other seat has any', async () => {
  const act = fc.constantFrom<Act>('buy', 'buy', 'cancel', 'give up', 'transfer', 'scan', 'restart', 'relay');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      // The provider outlives the program.
      const running = await saleInMemory({ paymentProvider: (clock) => unsteadyProvider(clock, []) });
      const { eventId } = await running.openEvent(4);
      const crowd = new Crowd(running, eventId);
      for (const [index, each] of acts.entries()) await crowd.act(each, `buyer ${index}`);
      await quiesce(running);
      expect(await running.database.query(LIVE)).toEqual(await running.database.query(SOLD));
    }),
    { numRuns: 40 },
  );
});
