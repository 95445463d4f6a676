import type { HoldRecord } from '../../../adapters/sql/seats/hold-row.ts';
import type { Millis } from '../../../core/clock.ts';
import { checkHistory } from '../../history/check.ts';
import { must, Violation } from '../violation.ts';
import type { World } from '../world.ts';
import { books } from './books.ts';
import { attemptOf, type MoveRow, type OrderRow, type SaleRow, seatsOf } from './committed.ts';

/** A hold that is over is swept within this, the slowest commit included. */
const SWEEP_BOUND: Millis = 4_000;
/** The node that swept is no more, and another one comes to know of it. */
const LEASE_LOST_WITHIN: Millis = 6_000;

/** What still moves; empty when everything has come to rest. */
export function unfinished(world: World): string[] {
  const { committed, ledger, machines, clients, queue, sender } = world;
  const left: string[] = [];
  for (const { request_id, state } of queue.unfinished()) left.push(`request ${request_id} is ${state}`);
  left.push(...world.rooms.unfinished());
  left.push(...waitedFor(world));
  if (!machines.areAllRunning) left.push('the program is not running');
  if (world.strikes.impending > 0) left.push('a process is about to be struck');
  if (!ledger.isIdle) left.push('a commit is under way');
  left.push(...world.undrained());
  if (clients.busy > 0) left.push(`${clients.busy} requests or waits of clients`);
  if (sender.post.underWay > 0) left.push(`${sender.post.underWay} notices of the provider`);
  for (const order of committed.orders.values()) {
    if (order.due_at !== null) left.push(`order ${order.order_id} is ${order.state}`);
  }
  for (const live of committed.liveBySeat.values()) {
    for (const holdId of live) left.push(`hold ${holdId} is ${committed.holds.get(holdId)?.state}`);
  }
  if (left.length > 0) return left;
  const [outbox] = ledger.engine.query<{ messages: number }>('SELECT count(*) AS messages FROM outbox', []);
  return outbox?.messages === 0 ? [] : [`${outbox?.messages} messages wait in the outbox`];
}

/** Events that are on sale, and what they hold for who waits. */
function waitedFor({ machines, waitlist }: World): string[] {
  const catalog = machines.running?.sale.catalog;
  return waitlist.unfinished((eventId) => {
    const event = catalog?.event(eventId);
    return event && catalog?.isOnSale(event) ? event.inventory === 'capacity' : undefined;
  });
}

/** What must be true of the end: invariants 1, 2, 8, 11, 22 to 28, 32 and 33, from the tables themselves. */
export function checkAtRest(world: World): void {
  recount(world);
  replay(world);
  money(world);
  books(world);
  keys(world);
  world.queue.checkAtRest();
  world.waitlist.checkAtRest();
  world.promised.checkAtRest();
  clientsView(world);
}

/** No hold outlives its end by more than a sweep takes. Only for when nothing is broken. */
export function checkSweep({ machines, committed, scheduler, redis }: World): void {
  const bound = redis ? SWEEP_BOUND + LEASE_LOST_WITHIN : SWEEP_BOUND;
  const { running } = machines;
  const since = Math.max(...machines.all.map((machine) => machine.running?.since ?? scheduler.now));
  // Somebody must have been at work to sweep.
  const awakeFor = Math.max(...machines.all.map((machine) => machine.awakeFor));
  if (!running || Math.min(scheduler.now - since, awakeFor) < bound) return;
  const now = running.clock.now();
  for (const live of committed.liveBySeat.values()) {
    for (const holdId of live) {
      const hold = committed.holds.get(holdId);
      const isDue = hold !== undefined && hold.expires_at + bound <= now;
      must(!isDue, 8, () => `hold ${holdId} is ${hold?.state} at ${now}, past its end ${hold?.expires_at}`);
    }
  }
}

/** The rows as followed commit by commit are the rows as the tables have them. */
function recount({ ledger: { engine }, committed }: World): void {
  const twice = engine.query(
    "SELECT event_id, seat_id FROM (SELECT event_id, seat_id FROM hold WHERE state IN ('HELD', 'PAYING') UNION ALL SELECT event_id, seat_id FROM sale) GROUP BY 1, 2 HAVING count(*) > 1",
    [],
  );
  must(twice.length === 0, 1, () => `seats with two live claims: ${JSON.stringify(twice)}`);
  const sales = engine.query<SaleRow>('SELECT * FROM sale', []);
  must(
    sales.length === committed.sales.size,
    1,
    () => `${sales.length} sold rows, ${committed.sales.size} were followed`,
  );
  for (const sale of sales) {
    const known = committed.sales.get(sale.seat_id);
    must(
      known?.hold_id === sale.hold_id,
      1,
      () => `seat ${sale.seat_id} was sold to hold ${known?.hold_id}, the row says ${sale.hold_id}`,
    );
  }
  for (const hold of engine.query<HoldRecord>('SELECT * FROM hold', [])) {
    const known = committed.holds.get(hold.hold_id);
    must(
      known?.state === hold.state,
      33,
      () => `hold ${hold.hold_id} is ${hold.state} in its row and was ${known?.state}`,
    );
  }
  for (const order of engine.query<OrderRow>('SELECT * FROM orders', [])) {
    must(
      committed.orders.get(order.order_id)?.state === order.state,
      33,
      () => `order ${order.order_id} differs from its row`,
    );
  }
}

/** The log of moves from nothing, read once more from its table. */
function replay({ ledger: { engine }, committed }: World): void {
  const states = new Map(
    [...committed.seats].map(([seatId, seat]) => [seatId, seat.blockedAtFirst ? 'BLOCKED' : 'AVAILABLE']),
  );
  const moves = engine.query<MoveRow>('SELECT * FROM seat_move ORDER BY seat_id, number', []);
  must(
    moves.length === committed.moves.length,
    33,
    () => `${moves.length} moves in the log, ${committed.moves.length} were committed`,
  );
  for (const { seat_id, number, from_state, to_state } of moves) {
    must(
      states.get(seat_id) === from_state,
      33,
      () => `seat ${seat_id}, move ${number}: leaves ${from_state}, was ${states.get(seat_id)}`,
    );
    states.set(seat_id, to_state);
  }
  for (const [seatId, state] of states) {
    must(
      committed.seats.get(seatId)?.state === state,
      33,
      () => `seat ${seatId} is ${state} by the whole log`,
    );
  }
}

/** The provider's book and the orders agree: money is ours exactly where a seat is theirs. */
function money({ provider, committed, ledger: { engine } }: World): void {
  const paidBy = new Map([...committed.orders.values()].map((order) => [attemptOf(order), order]));
  for (const charge of provider.book.values()) {
    const order = paidBy.get(charge.attemptId);
    const name = `charge ${charge.attemptId} (${charge.state})`;
    must(
      charge.captures <= 1 && charge.refunds <= charge.captures,
      23,
      () => `${name}: ${charge.captures} captures, ${charge.refunds} refunds`,
    );
    const isOurs = charge.state === 'captured';
    must(
      isOurs === (order?.state === 'CONFIRMED'),
      22,
      () => `${name} of order ${order?.order_id}, which is ${order?.state ?? 'unknown'}`,
    );
    must(
      charge.state !== 'authorized',
      22,
      () => `${name} of order ${order?.order_id} (${order?.state}) is still reserved`,
    );
  }
  for (const order of committed.orders.values()) {
    const sold = seatsOf(order).filter((seatId) => committed.sales.get(seatId)?.order_id === order.order_id);
    const expected = order.state === 'CONFIRMED' ? seatsOf(order).length : 0;
    must(
      sold.length === expected,
      22,
      () => `order ${order.order_id} is ${order.state} and owns ${sold.length} seats`,
    );
    const state = provider.book.get(attemptOf(order))?.state;
    must(
      order.state !== 'CONFIRMED' || state === 'captured',
      22,
      () => `order ${order.order_id} is CONFIRMED, its charge ${state}`,
    );
  }
  for (const row of engine.query<{ attempt_id: string; state: string }>(
    'SELECT attempt_id, state FROM payment',
    [],
  )) {
    const booked = provider.book.get(row.attempt_id)?.state;
    // Let go of, and there was nothing: it was declined, or lapsed before the provider ever heard of it.
    const wasNothing = row.state === 'VOIDED' && (booked === undefined || booked === 'declined');
    const agrees = booked === row.state.toLowerCase() || wasNothing;
    must(
      agrees,
      25,
      () => `payment ${row.attempt_id} is ${row.state} in our book and ${booked} in the provider's`,
    );
  }
  for (const charge of provider.book.values()) {
    if (charge.state !== 'captured' && charge.state !== 'refunded') continue;
    const [row] = engine.query<{ state: string }>('SELECT state FROM payment WHERE attempt_id = ?', [
      charge.attemptId,
    ]);
    must(
      row?.state.toLowerCase() === charge.state,
      25,
      () => `charge ${charge.attemptId} is ${charge.state} and ${row?.state ?? 'not'} in our book`,
    );
  }
  for (const charge of provider.book.values()) {
    const isOursToKnow = paidBy.has(charge.attemptId) || charge.state !== 'captured';
    must(isOursToKnow, 25, () => `charge ${charge.attemptId} is captured and of no order`);
  }
}

/** A key under which everything was definitely denied has left nothing. */
function keys({ clients, committed }: World): void {
  for (const [id, use] of clients.keys) {
    must(
      use.mayHaveHappened || !committed.commands.has(id),
      41,
      () => `everything under ${id} was denied, and its answer is stored`,
    );
  }
}

/** Invariants 2, 27 and 32 from what the clients saw alone. */
function clientsView({ history, committed, promised }: World): void {
  // A hold that Redis lost may be granted anew under its key.
  const heard = history.filter(({ op, completedAt }) => op !== 'hold' || !promised.mayBeLost(completedAt));
  const [broken] = checkHistory(heard, {
    bookingStatus: (bookingId) => statusOf(committed.orders.get(bookingId)?.state),
    seatStatus: (seatId) => (committed.sales.has(seatId) ? 'BOOKED' : 'AVAILABLE'),
  });
  if (broken) throw new Violation(broken.invariant, broken.message);
}

function statusOf(state: string | undefined): string | undefined {
  return state === 'REFUNDING' ? 'CONFIRMED' : state;
}
