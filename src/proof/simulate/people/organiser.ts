import type { Dice } from '../../../adapters/simulated/dice.ts';
import { groupCommitter } from '../../../adapters/sql/commits/group-committer.ts';
import { holdOf } from '../../../adapters/sql/seats/hold-row.ts';
import { sqlSeatLedger } from '../../../adapters/sql/seats/seat-ledger.ts';
import { directConnection } from '../../../adapters/sql/sqlite/direct-connection.ts';
import type { Event } from '../../../catalog/event.ts';
import type { EventNow } from '../../../catalog/event-enquiries.ts';
import type { CatalogSeat, SeatDraft } from '../../../catalog/seat.ts';
import type { EventChange } from '../../../catalog/service.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../../../core/clock.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { stamp } from '../../../core/stamp.ts';
import { Hall } from '../../../reservation/hall.ts';
import { ROOM_TERMS } from '../machines/house.ts';
import { must, Violation } from '../violation.ts';
import type { World } from '../world.ts';
import type { Answer, Clients, Request } from './client.ts';

/** Runs the events of the sale, and now and then changes them in the middle of it. */
export class Organiser {
  /** The event on sale first, then a smaller one. */
  readonly events: { event: Event; seatIds: number[] }[] = [];
  /** What was acknowledged last of each event: it must be so after every restart. */
  readonly acknowledged = new Map<number, Partial<Event>>();
  /** The event behind a waiting room; nobody changes it but by the room's own moves. */
  gated: { eventId: number; seatIds: readonly number[] } = { eventId: 0, seatIds: [] };
  readonly #world: World;
  readonly #clients: Clients;

  constructor(world: World) {
    this.#world = world;
    this.#clients = world.clients;
  }

  /** Before anything can fail. */
  async open(): Promise<void> {
    const { plan } = this.#world;
    await this.#create('main', { numbered: plan.numbered, seats: plan.seats });
    await this.#create('other', { numbered: true, seats: 2 });
    this.#world.waitlist.isUnnumbered = (eventId) =>
      this.events.some(({ event }) => event.eventId === eventId && event.inventory === 'capacity');
    await this.#create('gated', { numbered: true, seats: 6 });
    const { event, seatIds } = this.events.pop() as (typeof this.events)[number];
    this.gated = { eventId: event.eventId, seatIds };
  }

  async reprogram(dice: Dice): Promise<void> {
    const { event } = dice.pick(this.events);
    const holdMillis = dice.pick([1_000, 2_000, 4_000]);
    await this.#change(event.eventId, { policy: { holdMillis }, name: `renamed ${dice.below(100)}` }, dice);
  }

  /** Pauses and soon resumes; what is asked for in between is refused. */
  async pauseSale(dice: Dice): Promise<void> {
    const { event } = dice.pick(this.events);
    await this.#change(event.eventId, { status: 'PAUSED' }, dice);
    await this.#clients.pause(dice.between(10, 800));
    await this.#change(
      event.eventId,
      { status: dice.pick(['ON_SALE', 'ON_SALE', 'ON_SALE', 'UPCOMING']) },
      dice,
    );
    await this.#change(event.eventId, { status: 'ON_SALE' }, dice);
  }

  async addSeats(dice: Dice): Promise<void> {
    const { event, seatIds } = this.events[0] as (typeof this.events)[number];
    const number = dice.chance(0.3) ? 'A1' : `Z${dice.below(1_000)}`;
    const answer = await this.#submit(dice, {
      route: `add_seats/${event.eventId}`,
      body: number,
      keyed: true,
      run: ({ sale }, key) => sale.catalog.addSeats(event.eventId, [seatDraft(number)], key),
      acknowledged: ({ seats }) => {
        for (const { seatId } of seats)
          must(
            this.#world.committed.seats.has(seatId),
            32,
            () => `seat ${seatId} was acknowledged and is not committed`,
          );
      },
      nothingHappened: () => {
        const rows = this.#world.ledger.engine.query(
          'SELECT seat_id FROM seat WHERE event_id = ? AND number = ?',
          [event.eventId, number],
        );
        must(number === 'A1' || rows.length === 0, 41, () => `seat ${number} was denied and is there`);
      },
    });
    if (answer.kind === 'ok') seatIds.push(...answer.reply.seats.map(({ seatId }) => seatId));
  }

  /** Holds the line up for a moment, asks for what cannot be, or shows somebody out. */
  async moveRoom(userId: string, dice: Dice): Promise<void> {
    const { eventId } = this.gated;
    const move = async (to: 'pause' | 'resume' | 'drain') =>
      this.#submit(dice, {
        route: `room_${to}`,
        body: '',
        keyed: false,
        hasEffect: () => false,
        run: ({ sale }) => sale.waitingRooms.service.move(eventId, to),
      });
    if (dice.chance(0.4)) {
      await this.#submit(dice, {
        route: `revoke/${userId}`,
        body: '',
        keyed: false,
        hasEffect: () => false,
        run: async ({ sale }) => (await sale.waitingRooms.service.leave(eventId, userId, 'REVOKED')) ?? {},
      });
      return;
    }
    await move('pause');
    await this.#clients.pause(dice.between(10, 1_500));
    // However it goes, the line goes on: a pause that was never lifted would be nobody's fault.
    while ((await move('resume')).kind !== 'ok') {
      if (this.#world.rooms.heads.get(eventId)?.phase !== 'paused' && this.#world.fates.healed) break;
      await this.#clients.pause(500);
    }
  }

  async block(type: 'block_seats' | 'unblock_seats', dice: Dice): Promise<void> {
    const { event, seatIds } = this.events[0] as (typeof this.events)[number];
    const wanted = [dice.pick(seatIds), dice.pick(seatIds)];
    const actor = `organiser ${dice.below(2 ** 31)}`;
    await this.#submit(dice, {
      route: `${type}/${event.eventId}`,
      body: wanted.join(),
      keyed: false,
      run: ({ sale }) => sale.reservations.block(event.eventId, wanted, { type, actor }),
      nothingHappened: (movesBefore) => {
        const done = this.#world.committed.moves.slice(movesBefore).find((move) => move.actor === actor);
        must(done === undefined, 41, () => `${type} was denied and moved seat ${done?.seat_id}`);
      },
    });
  }

  /**
   * Tries to sell a sold seat once more, straight at the ledger, as a process with stale memory would. The key of the
   * sold rows is the law: it must refuse.
   */
  async forgeSale(dice: Dice): Promise<void> {
    const { committed, ledger, marks } = this.#world;
    const sold = [...committed.sales.values()];
    if (sold.length === 0) return;
    const sale = dice.pick(sold);
    const genuine = committed.holds.get(sale.hold_id);
    if (!genuine) return;
    const hold = {
      ...holdOf(genuine),
      holdId: 10 ** 12 + dice.below(10 ** 6),
      fence: stamp(1_000_000, 1),
      orderId: 1,
      userId: 'forger',
    };
    const seat = { seatId: sale.seat_id, price: sale.price } as CatalogSeat;
    const move = {
      ordinal: 0,
      seatId: seat.seatId,
      from: 'PAYING',
      to: 'SOLD',
      cause: 'sale',
      number: hold.fence,
      at: this.#world.scheduler.now,
      hold,
      actor: null,
    } as const;
    const forger = sqlSeatLedger(groupCommitter(directConnection(ledger.engine)));
    try {
      await forger.append(
        new Hall(sale.event_id, [seat], { numbered: false }),
        { moves: [move], holds: [hold] },
        undefined,
      );
    } catch {
      marks.met('forged sale refused by the ledger');
      return;
    }
    this.#world.fail(new Violation(1, `the ledger let seat ${sale.seat_id} be sold twice`));
  }

  async #create(name: string, { numbered, seats }: { numbered: boolean; seats: number }): Promise<void> {
    const { machines, plan, scheduler } = this.#world;
    const { catalog } = (machines.running ?? this.#notRunning()).sale;
    const policy = {
      claimStrategy: 'atomic' as const,
      holdMillis: plan.holdMillis,
      seatsPerBuyer: plan.seatsPerBuyer,
      ...(name === 'gated' ? gateFrom(scheduler.now) : { admissionMode: 'open' }),
    };
    const created = await catalog.create(
      {
        name,
        startsAt: scheduler.now + DAY,
        venue: null,
        totalSeats: seats,
        saleOpensAt: null,
        currency: 'USD',
        inventory: numbered ? 'seated' : 'capacity',
        policy,
        seriesId: null,
        unnumberedPrice: 1_000,
      },
      undefined,
    );
    if (isRefusal(created)) throw new Violation(0, `the event was refused: ${created.refused}`);
    const { eventId } = created.event;
    if (numbered) {
      const drafts = Array.from({ length: seats }, (_, index) => ({
        ...seatDraft(`A${index + 1}`),
        blocked: seats > 6 && index === 5,
      }));
      await catalog.addSeats(eventId, drafts, undefined);
    }
    const hall = await catalog.hall(eventId);
    const opened = await catalog.startSale(eventId);
    if (isRefusal(opened)) throw new Violation(0, `the sale was refused: ${opened.refused}`);
    this.events.push({ event: opened.event, seatIds: hall?.seats.map(({ seatId }) => seatId) ?? [] });
    this.#remember(opened);
  }

  #notRunning(): never {
    throw new Violation(0, 'the program did not start on a healthy machine');
  }

  async #change(eventId: number, change: EventChange, dice: Dice): Promise<void> {
    await this.#submit<EventNow>(dice, {
      route: `change/${eventId}`,
      body: JSON.stringify(change),
      keyed: false,
      run: ({ sale }) => sale.catalog.change(eventId, change),
      acknowledged: (reply) => this.#remember(reply),
    });
  }

  /** A later change whose answer was lost may have replaced it. */
  #remember({ event }: EventNow): void {
    const [row] = this.#world.ledger.engine.query<{
      name: string;
      status: string;
      policy_json: string;
      revision: number;
    }>('SELECT name, status, policy_json, revision FROM event WHERE event_id = ?', [event.eventId]);
    const isThere =
      row &&
      row.revision >= event.revision &&
      (row.revision > event.revision || (row.name === event.name && row.status === event.status));
    must(
      isThere === true,
      32,
      () =>
        `the change of event ${event.eventId} to revision ${event.revision} was acknowledged and is not committed`,
    );
  }

  #submit<R>(dice: Dice, request: Omit<Request<R>, 'client'>): Promise<Answer<R>> {
    this.#world.note(`organiser ${request.route} ${request.body}`);
    return this.#clients.submit({ client: 'organiser', ...request }, dice);
  }
}

/** Opens by itself soon after the sale has begun. */
function gateFrom(now: Millis) {
  const { ratePerSecond, burst, activeMax } = ROOM_TERMS;
  const limits = { ratePerSecond, burst, activeMax, sessionMillis: 4 * SECOND, inventoryAware: false };
  return {
    admissionMode: 'waiting_room',
    admission: { ...limits, opensAt: now + 2 * SECOND, absentMillis: 10 * MINUTE },
  };
}

function seatDraft(number: string): SeatDraft {
  return {
    number,
    section: 'Floor',
    row: 'A',
    type: 'REGULAR',
    price: 1_000,
    x: null,
    y: null,
    blocked: false,
  };
}
