import type { EventBus, Message } from '../core/message.ts';
import type { Issuing } from './issuing.ts';

const CONSUMER = 'ticket';

/** One message is little work and a wait for the disk, which many share. */
const AT_ONCE = 200;

/** Listens to what becomes of orders. Messages may come twice, late and in any order. */
export function followOrders(bus: EventBus, issuing: Issuing): void {
  const take = async ({ messageId, body }: Message): Promise<void> => {
    const orderId = orderToFollow(body);
    if (orderId !== undefined) await issuing.follow(orderId, { consumer: CONSUMER, messageId });
  };
  bus.subscribe('order.events', CONSUMER, take, { atOnce: AT_ONCE });
}

/** Every fact about an order may change its tickets, except that it failed: then there never were any. */
function orderToFollow(body: unknown): number | undefined {
  const { type, orderId } = (body ?? {}) as { type?: unknown; orderId?: unknown };
  return type !== 'FAILED' && typeof orderId === 'number' ? orderId : undefined;
}
