import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import type { Order } from '../../../order/order.ts';
import type { Hold } from '../../../reservation/hold.ts';
import { SEATS_PER_HOLD } from '../machines/house.ts';
import type { DeedName, PlannedDeed } from '../plan/plan.ts';
import type { World } from '../world.ts';
import { Buyer } from './buyer.ts';
import type { Organiser } from './organiser.ts';
import { Refunder } from './refunder.ts';
import { POISON } from './requests.ts';

/** Who takes part, and what each deed of the plan means. */
export class Crowd {
  readonly #world: World;
  readonly #organiser: Organiser;
  readonly #refunder: Refunder;
  readonly #buyers: Buyer[];

  constructor(world: World, organiser: Organiser) {
    this.#world = world;
    this.#organiser = organiser;
    this.#refunder = new Refunder(world);
    this.#buyers = Array.from(
      { length: world.plan.buyers },
      (_, index) => new Buyer(`buyer${index}`, world, world.clients),
    );
  }

  do({ deed, buyer, salt }: PlannedDeed): void {
    const dice = diceOf(salt, deed);
    this.#world.watch(this.#deeds[deed](this.#buyers[buyer] as Buyer, dice));
  }

  readonly #deeds: Readonly<Record<DeedName, (buyer: Buyer, dice: Dice) => Promise<unknown>>> = {
    purchase: (buyer, dice) => this.#purchase(buyer, dice),
    hold: (buyer, dice) => buyer.hold(this.#event(dice), this.#someSeats(dice), dice),
    hold_best: (buyer, dice) => buyer.holdBest(this.#main, dice.between(1, 3), dice),
    extend: async (buyer, dice) => buyer.holds.length > 0 && buyer.extend(recent(buyer.holds, dice), dice),
    release: async (buyer, dice) => buyer.holds.length > 0 && buyer.release(recent(buyer.holds, dice), dice),
    release_many: async (buyer, dice) =>
      buyer.holds.length > 0 && buyer.releaseMany(buyer.holds.slice(-dice.between(1, 4)), dice),
    book: (buyer, dice) => this.#book(buyer, dice),
    pay: async (buyer, dice) => buyer.orders.length > 0 && buyer.pay(recent(buyer.orders, dice), dice),
    pay_again: (_, dice) => this.#payAgain(dice),
    refund_part: async (buyer, dice) =>
      buyer.orders.length > 0 && this.#refunder.refund(recent(buyer.orders, dice), dice),
    cancel: async (buyer, dice) => buyer.orders.length > 0 && buyer.cancel(recent(buyer.orders, dice), dice),
    replay: (buyer, dice) => buyer.replay(dice),
    stranger: (buyer, dice) => this.#stranger(buyer, dice),
    reprogram: (_, dice) => this.#organiser.reprogram(dice),
    pause_sale: (_, dice) => this.#organiser.pauseSale(dice),
    add_seats: (_, dice) => this.#organiser.addSeats(dice),
    block: (_, dice) => this.#organiser.block('block_seats', dice),
    unblock: (_, dice) => this.#organiser.block('unblock_seats', dice),
    forge_sale: (_, dice) => this.#organiser.forgeSale(dice),
    bad_request: (buyer, dice) => this.#badRequest(buyer, dice),
    queue: (buyer, dice) => buyer.requests.ask(this.#event(dice), this.#someSeats(dice), dice),
    queue_rush: (_, dice) => this.#rush(dice),
    queue_cancel: async (buyer, dice) => buyer.requests.asked.length > 0 && buyer.requests.cancel(dice),
    queue_status: async (buyer, dice) => buyer.requests.asked.length > 0 && buyer.requests.look(dice),
    visit: (buyer, dice) => buyer.visitor.visit(this.#gated, this.#gatedSeats(dice), dice),
    gate_crash: (buyer, dice) => this.#gateCrash(buyer, dice),
    room_move: (buyer, dice) => this.#organiser.moveRoom(buyer.userId, dice),
    wait: (buyer, dice) => buyer.waiter.join(this.#event(dice), dice.pick([1, 1, 2, 3, 4]), dice),
    wait_answer: (buyer, dice) => this.#answerOffer(buyer, dice),
    wait_leave: (buyer, dice) => buyer.waiter.leave(this.#event(dice), dice),
    poison: (buyer, dice) => buyer.requests.ask(this.#main, this.#someSeats(dice), dice, POISON),
  };

  /** Says something a few times, for nobody knows when he is offered seats. */
  async #answerOffer(buyer: Buyer, dice: Dice): Promise<void> {
    for (let times = dice.between(1, 5); times > 0; times--) {
      await buyer.waiter.answer(this.#main, dice);
      await this.#world.clients.pause(dice.between(50, 1_500));
    }
  }

  /** Everybody asks at once, several times, and some think better of it. */
  async #rush(dice: Dice): Promise<void> {
    const asking = Array.from({ length: dice.between(4, 14) }, async () => {
      const { requests } = dice.pick(this.#buyers);
      await requests.ask(this.#main, this.#someSeats(dice), dice);
      if (dice.chance(0.15) && requests.asked.length > 0) await requests.cancel(dice);
    });
    await Promise.all(asking);
  }

  /** The whole way: hold, think, book, think, pay, perhaps regret. */
  async #purchase(buyer: Buyer, dice: Dice): Promise<void> {
    const { clients } = this.#world;
    const held = await buyer.hold(this.#main, this.#someSeats(dice), dice);
    if (held.kind !== 'ok') return;
    await clients.pause(dice.pick([1, 50, 400, 1_500]));
    const seatIds = held.reply.holds.map(({ seatId }) => seatId);
    const booked = await buyer.book(this.#main, dice.chance(0.85) ? seatIds : seatIds.slice(0, 1), dice);
    if (booked.kind !== 'ok') return;
    await clients.pause(dice.pick([1, 50, 400, 2_500]));
    for (let tries = dice.between(1, 3); tries > 0; tries--) {
      if ((await buyer.pay(booked.reply, dice)).kind === 'ok') break;
      await clients.pause(dice.between(50, 1_500));
    }
    if (!dice.chance(0.3)) return;
    await clients.pause(dice.between(1, 2_000));
    await buyer.cancel(booked.reply, dice);
  }

  /** Somebody whose payment did not come through; mostly who waits longest. */
  async #payAgain(dice: Dice): Promise<void> {
    const unpaid = this.#buyers.flatMap((buyer) => buyer.unpaid.map((payment) => ({ buyer, payment })));
    unpaid.sort((left, right) => left.payment.order.orderId - right.payment.order.orderId);
    const [first] = unpaid;
    if (!first) return;
    const { buyer, payment } = dice.chance(0.7) ? first : dice.pick(unpaid);
    await buyer.payAgain(payment, dice);
  }

  async #book(buyer: Buyer, dice: Dice): Promise<void> {
    const latest = buyer.holds.at(-1);
    const seatIds = latest
      ? buyer.holds.filter((hold) => hold.groupId === latest.groupId).map(({ seatId }) => seatId)
      : this.#someSeats(dice);
    await buyer.book(latest?.eventId ?? this.#main, seatIds, dice);
  }

  /** Somebody who tries what is not his. */
  async #stranger(buyer: Buyer, dice: Dice): Promise<void> {
    const victim = dice.pick(this.#buyers);
    const hold = victim.holds.at(-1);
    const order = victim.orders.at(-1) as Order | undefined;
    const attempts = [
      async () => hold && buyer.extend(hold, dice),
      async () => hold && buyer.release(hold, dice),
      async () => hold && buyer.releaseMany([hold], dice),
      async () => hold && buyer.book(hold.eventId, [hold.seatId], dice),
      async () => order && buyer.pay(order, dice),
      async () => order && buyer.cancel(order, dice),
    ];
    // The seats' authority does not rely on whoever asks it having looked.
    if (hold && victim !== buyer) this.#world.watch(this.#takeAway(hold, buyer).catch(onlyUnavailable));
    await dice.pick(attempts)();
  }

  async #takeAway({ eventId, holdId }: Hold, { userId }: Buyer): Promise<void> {
    const { running } = this.#world.machines;
    await running?.sale.seatStore.execute({ type: 'release_holds', eventId, holdIds: [holdId], userId });
  }

  async #badRequest(buyer: Buyer, dice: Dice): Promise<void> {
    const other = this.#organiser.events[1]?.seatIds ?? [];
    const attempts = [
      () => buyer.hold(this.#main, [999_999], dice),
      () => buyer.hold(this.#main, other, dice),
      () => buyer.hold(77, [1], dice),
      () => buyer.holdBest(this.#main, SEATS_PER_HOLD + 1, dice),
    ];
    await dice.pick(attempts)();
  }

  /** Past the waiting room: with nothing, with what is somebody else's, with what was used. */
  async #gateCrash(buyer: Buyer, dice: Dice): Promise<void> {
    const victim = dice.pick(this.#buyers).visitor;
    const seats = this.#gatedSeats(dice);
    const [token, session] = [victim.tokens.at(-1), victim.sessions.at(-1)];
    const attempts = [
      () => buyer.visitor.hold(this.#gated, seats, undefined, dice),
      () => buyer.visitor.hold(this.#gated, seats, session ?? 'made.up.session', dice),
      () => buyer.visitor.hold(this.#gated, seats, token, dice),
      () => buyer.visitor.enter(this.#gated, token ?? 'made.up.token', dice),
      () => buyer.visitor.hold(this.#gated, seats, buyer.visitor.sessions[0], dice),
    ];
    await dice.pick(attempts)();
  }

  get #gated(): number {
    return this.#organiser.gated.eventId;
  }

  #gatedSeats(dice: Dice): number[] {
    return [dice.pick(this.#organiser.gated.seatIds)];
  }

  get #main(): number {
    return this.#organiser.events[0]?.event.eventId ?? 0;
  }

  #event(dice: Dice): number {
    return dice.chance(0.9) ? this.#main : (this.#organiser.events[1]?.event.eventId ?? 0);
  }

  /** One to three different seats; the first ones are the most wanted. */
  #someSeats(dice: Dice): number[] {
    const events = this.#organiser.events;
    const { seatIds } = (dice.chance(0.93) ? events[0] : events[1]) as (typeof events)[number];
    const wanted = new Set<number>();
    const count = Math.min(dice.pick([1, 1, 2, 2, 3]), seatIds.length);
    while (wanted.size < count) wanted.add(seatIds[Math.floor(dice.unit() ** 2 * seatIds.length)] as number);
    return [...wanted];
  }
}

function recent<T>(list: readonly T[], dice: Dice): T {
  return list[Math.max(0, list.length - 1 - dice.below(3))] as T;
}
