import type { Dice } from '../../../adapters/simulated/dice.ts';
import { OPEN_ADMISSION } from '../../../core/admission.ts';
import type { Claimant } from '../../../core/claimant.ts';
import type { CommandKey } from '../../../core/command.ts';
import type { Order } from '../../../order/order.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { Held } from '../../../reservation/service.ts';
import type { World } from '../world.ts';
import type { Answer, Clients, Request } from './client.ts';
import { Requests } from './requests.ts';
import { Visitor } from './visitor.ts';
import { Waiter } from './waiter.ts';
import { Witness } from './witness.ts';

interface Unpaid {
  order: Order;
  paymentId: string;
}

/** What a buyer believes he has, from the answers he got. */
export class Buyer {
  readonly userId: string;
  readonly holds: Hold[] = [];
  readonly orders: Order[] = [];
  /** Payments that were not acknowledged. */
  readonly unpaid: Unpaid[] = [];
  readonly requests: Requests;
  readonly visitor: Visitor;
  readonly waiter: Waiter;
  /** Acknowledged requests, to be sent once more with their keys. */
  readonly sent: { request: Request<never>; key: string }[] = [];
  readonly #world: World;
  readonly #clients: Clients;
  readonly #witness: Witness;
  #sessions = 0;
  #payments = 0;

  constructor(userId: string, world: World, clients: Clients) {
    this.userId = userId;
    this.#world = world;
    this.#clients = clients;
    this.#witness = new Witness(world);
    this.requests = new Requests(userId, world, clients);
    this.visitor = new Visitor(userId, world, clients);
    this.waiter = new Waiter(userId, world, clients);
  }

  async hold(eventId: number, seatIds: readonly number[], dice: Dice): Promise<Answer<Held>> {
    const sessionId = `${this.userId}/${++this.#sessions}`;
    return this.#held(
      await this.#submit<Held>(dice, {
        route: 'hold',
        body: seatIds.join(),
        keyed: true,
        run: ({ sale }, key) => sale.reservations.hold(eventId, seatIds, this.#asking(key, sessionId)),
        acknowledged: (reply) => this.#witness.held(this.userId, reply, seatIds.length),
        nothingHappened: () => this.#witness.notHeld(sessionId),
        history: { op: 'hold', seats: seatIds },
      }),
    );
  }

  async holdBest(eventId: number, size: number, dice: Dice): Promise<Answer<Held>> {
    const sessionId = `${this.userId}/${++this.#sessions}`;
    return this.#held(
      await this.#submit<Held>(dice, {
        route: 'hold_best',
        body: String(size),
        keyed: true,
        run: ({ sale }, key) => sale.reservations.holdBest(eventId, { size }, this.#asking(key, sessionId)),
        acknowledged: (reply) => this.#witness.held(this.userId, reply, size),
        nothingHappened: () => this.#witness.notHeld(sessionId),
      }),
    );
  }

  async extend(hold: Hold, dice: Dice): Promise<void> {
    this.#world.promised.extending(hold.holdId);
    await this.#submit(dice, {
      route: `extend/${hold.holdId}`,
      body: '1',
      keyed: true,
      run: ({ sale }, key) => sale.reservations.extend(hold.holdId, 1, this.#claimant(key)),
      acknowledged: (reply) => this.#witness.extended(this.userId, hold, reply.hold),
      nothingHappened: () => undefined,
    });
  }

  async release(hold: Hold, dice: Dice): Promise<void> {
    await this.#submit(dice, {
      route: `release/${hold.holdId}`,
      body: '',
      keyed: false,
      run: ({ sale }) => sale.reservations.release(hold.holdId, this.#claimant(undefined)),
      acknowledged: () => this.#witness.ended(this.userId, hold.holdId),
      history: { op: 'release', seats: [hold.seatId] },
    });
  }

  async releaseMany(holds: readonly Hold[], dice: Dice): Promise<void> {
    const holdIds = holds.map(({ holdId }) => holdId);
    await this.#submit(dice, {
      route: 'release_many',
      body: holdIds.join(),
      keyed: true,
      run: ({ sale }, key) => sale.reservations.releaseMany(holdIds, this.#claimant(key)),
      hasEffect: ({ released }) => released > 0,
      acknowledged: ({ released }) => this.#witness.releasedMany(this.userId, holdIds, released),
    });
  }

  async book(eventId: number, seatIds: readonly number[], dice: Dice): Promise<Answer<Order>> {
    const answer = await this.#submit<Order>(dice, {
      route: 'book',
      body: seatIds.join(),
      keyed: true,
      run: ({ sale }, key) => sale.orders.create(eventId, seatIds, this.userId, key),
      acknowledged: (order) => this.#witness.booked(this.userId, order, seatIds),
      nothingHappened: (movesBefore) => this.#witness.notBooked(this.userId, seatIds, movesBefore),
      history: { op: 'book', seats: seatIds },
    });
    if (answer.kind === 'ok') this.orders.push(answer.reply);
    return answer;
  }

  /** With a payment id of its own; a double click on paying has the same one. */
  async pay(order: Order, dice: Dice): Promise<Answer<Order>> {
    const paymentId = `${this.userId}-${++this.#payments}`;
    const answer = await this.#pay(order, paymentId, dice);
    if (answer.kind !== 'ok') this.unpaid.push({ order, paymentId });
    return answer;
  }

  /** Asks what became of a payment by sending it a few times more. */
  async payAgain({ order, paymentId }: Unpaid, dice: Dice): Promise<void> {
    for (let times = dice.between(2, 8); times > 0; times--) {
      if ((await this.#pay(order, paymentId, dice)).kind === 'ok') return;
      await this.#world.clients.pause(dice.between(200, 2_000));
    }
  }

  #pay(order: Order, paymentId: string, dice: Dice): Promise<Answer<Order>> {
    return this.#submit<Order>(dice, {
      route: `pay/${order.orderId}`,
      body: paymentId,
      keyed: true,
      run: ({ sale }, key) => sale.orders.confirmPayment(order.orderId, this.userId, paymentId, key),
      acknowledged: (reply) => this.#witness.paid(this.userId, reply),
      history: { op: 'confirm', seats: order.seats.map(({ seatId }) => seatId), bookingId: order.orderId },
    });
  }

  async cancel(order: Order, dice: Dice): Promise<Answer<Order>> {
    return this.#submit<Order>(dice, {
      route: `cancel/${order.orderId}`,
      body: '',
      keyed: true,
      run: ({ sale }, key) => sale.orders.cancel(order.orderId, this.userId, null, key),
      acknowledged: (reply) => this.#witness.cancelled(this.userId, reply),
      nothingHappened: (movesBefore) => this.#witness.notCancelled(this.userId, order.orderId, movesBefore),
      history: { op: 'cancel', seats: order.seats.map(({ seatId }) => seatId), bookingId: order.orderId },
    });
  }

  /** An old request again, with the key under which it was acknowledged. */
  async replay(dice: Dice): Promise<void> {
    if (this.sent.length === 0) return;
    const { request, key } = dice.pick(this.sent);
    await this.#clients.send(request, { key, use: this.#clients.use(key) });
  }

  #held(answer: Answer<Held>): Answer<Held> {
    if (answer.kind === 'ok') this.holds.push(...answer.reply.holds);
    return answer;
  }

  #submit<R>(dice: Dice, request: Omit<Request<R>, 'client'>): Promise<Answer<R>> {
    const named: Request<R> = {
      client: this.userId,
      ...request,
      run: (running, key) => {
        if (key && key.bodyHash === request.body && this.sent.length < 40)
          this.sent.push({ request: named as unknown as Request<never>, key: key.id });
        return request.run(running, key);
      },
    };
    this.#world.note(`${this.userId} ${request.route} ${request.body}`);
    return this.#clients.submit(named, dice);
  }

  #asking(key: CommandKey | undefined, sessionId: string): Claimant {
    this.#world.promised.asked(sessionId);
    return this.#claimant(key, sessionId);
  }

  #claimant(key: CommandKey | undefined, sessionId: string | null = null): Claimant {
    return { userId: this.userId, sessionId, admission: OPEN_ADMISSION, key };
  }
}
