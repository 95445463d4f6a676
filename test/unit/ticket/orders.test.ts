import { expect, it } from 'vitest';
import { ticketedOrders } from '../../../src/bridges/ticketed-orders.ts';
import { newOrder } from '../../../src/order/moves.ts';
import { nextOf, ORDER_STATES, type OrderState } from '../../../src/order/order.ts';
import { NOW } from './tickets.ts';

async function seatsIn(state: OrderState): Promise<number> {
  const seat = { seatId: 1, number: 'A1', section: null, row: null, type: 'VIP', price: 100 };
  const draft = {
    orderId: 12,
    reference: 'BK-1',
    eventId: 3,
    userId: 'ann',
    currency: 'USD',
    deadline: NOW,
    seats: [{ ...seat, x: null, y: null, createdAt: 0, fence: 1 }],
  };
  const orders = ticketedOrders(
    { find: async () => ({ ...newOrder(draft, NOW), state }) },
    { undisturbed: (_, task) => task() },
  );
  return (await orders.find(12))?.seats.length ?? 0;
}

it('an order owns its seats in states that a confirmed one comes to and returns from, and in no other', async () => {
  for (const state of ORDER_STATES) {
    const returns = nextOf('CONFIRMED').includes(state) && nextOf(state).includes('CONFIRMED');
    expect(await seatsIn(state), state).toBe(state === 'CONFIRMED' || returns ? 1 : 0);
  }
});
