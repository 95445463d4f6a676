import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Order } from '../../../order/order.ts';
import { partsOf } from '../rules/committed.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';

/** More than any order costs. */
const TOO_MUCH = 1_000_000;

/** The organiser gives parts of an order's money back: so little that some of it is always left. */
export class Refunder {
  readonly #world: World;
  #parts = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async refund({ orderId }: Order, dice: Dice): Promise<void> {
    const { clients, committed, marks } = this.#world;
    const amount = dice.pick([50, 80, 80, TOO_MUCH]);
    const isNew = this.#parts === 0 || dice.chance(0.8);
    if (isNew) this.#parts++;
    const refundId = `part${this.#parts}`;
    const part = () => partsOf(committed.orders.get(orderId)).find((each) => each.refundId === refundId);
    this.#world.note(`organiser refunds ${amount} of order ${orderId} as ${refundId}`);
    await clients.submit<Order>(
      {
        client: 'organiser',
        route: `refund/${orderId}`,
        body: `${refundId} ${amount}`,
        keyed: true,
        run: ({ sale }, key) => sale.orders.refundPart(orderId, { refundId, amount, reason: null }, key),
        acknowledged: () => {
          const isDone = part()?.state === 'DONE';
          must(isDone, 32, () => `${refundId} of order ${orderId} was acknowledged and is not committed`);
          marks.met('part of the money went back');
        },
        nothingHappened: () =>
          must(!isNew || !part(), 41, () => `${refundId} of order ${orderId} was denied and is there`),
      },
      dice,
    );
  }
}
