import { newOrder } from '../../src/order/moves.ts';
import type { Order } from '../../src/order/order.ts';
import type { Running } from '../backends/backend.ts';

/** A new order with ids of its own. */
export async function orderOf(
  { ports, clock }: Pick<Running, 'ports' | 'clock'>,
  more: Partial<Order> = {},
): Promise<Order> {
  const orderId = await ports.ids.nextBlock('booking', 1);
  const draft = {
    orderId,
    reference: `BK-${ports.ids.ulid()}`,
    eventId: 1,
    userId: `buyer ${orderId}`,
    currency: 'USD',
    deadline: clock.now() + 1_000,
    seats: [
      {
        seatId: 1,
        number: 'A1',
        section: 'Floor',
        row: null,
        type: 'REGULAR',
        price: 100_50,
        x: 1.5,
        y: null,
        createdAt: 0,
        fence: 2 ** 40 + 1,
      },
    ],
  };
  return { ...newOrder(draft, clock.now()), ...more };
}
