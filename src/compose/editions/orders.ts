import type { Sale } from '../../compose.ts';
import type { OrdersEditionNeeds } from '../../editions/orders/routes.ts';

/** What the orders edition calls, in the words of its ports. Part of `compose`. */
export function ordersNeeds({ catalog, enquiries, editions, orders, admissions }: Sale): OrdersEditionNeeds {
  const { inHand, updates, end, answers } = editions;
  return {
    events: {
      list: () => [...catalog.all()].sort((left, right) => left.eventId - right.eventId),
      find: (eventId) => catalog.event(eventId),
    },
    seats: enquiries,
    updates,
    holds: inHand,
    orders: {
      submit: (wish, key) => orders.submit(wish, key),
      order: (orderId, userId) => orders.order(orderId, userId),
      buy: (purchase, key) => orders.checkout.buy(purchase, key),
      settle: (orderId, userId, key) => orders.checkout.settle(orderId, userId, key),
    },
    house: {
      async reset(eventId) {
        if (!catalog.event(eventId)) return { refused: 'EVENT_NOT_FOUND' };
        await end.finish(eventId, { reason: 'the event was reset', actor: 'organiser' });
        return undefined;
      },
    },
    answers,
    admissions,
  };
}
