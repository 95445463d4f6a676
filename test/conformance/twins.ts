import { expect } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import type { PartyWish } from '../../src/reservation/free-seats.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { SeatStore } from '../../src/reservation/ports/seat-store.ts';
import type { Announced, Running } from '../backends/backend.ts';
import { type HallShape, openEvent } from '../backends/halls.ts';

type Side = 'left' | 'right';
type Reply = Awaited<ReturnType<SeatStore['execute']>>;

/** What the same hold is called on each side. */
export interface TwinHold {
  left: Hold;
  right: Hold;
}

/**
 * Two back ends that are told the same. Ids and fences of holds differ; everything else must be equal, replies and
 * states, announcements and histories.
 */
export class Twins {
  readonly left: Running;
  readonly right: Running;
  readonly eventId: number;
  readonly seatIds: readonly number[];
  /** Every hold that was granted, as it was then. */
  readonly holds: TwinHold[] = [];
  readonly #namesLeft = new Names();
  readonly #namesRight = new Names();
  readonly #heard: Record<'left' | 'right', { of: readonly Announced[]; count: number }>;

  static async open(left: Running, right: Running, shape: HallShape): Promise<Twins> {
    const event = await openEvent(left, shape);
    expect(await openEvent(right, shape)).toEqual(event);
    return new Twins(left, right, event);
  }

  constructor(left: Running, right: Running, event: { eventId: number; seatIds: readonly number[] }) {
    this.left = left;
    this.right = right;
    this.eventId = event.eventId;
    this.seatIds = event.seatIds;
    const heard = ({ announced }: Running) => ({ of: announced, count: announced.length });
    this.#heard = { left: heard(left), right: heard(right) };
  }

  async execute(commandFor: (side: Side) => SeatCommand): Promise<void> {
    const [left, right] = [
      await this.left.ports.seatStore.execute(commandFor('left')),
      await this.right.ports.seatStore.execute(commandFor('right')),
    ];
    this.#compareReplies(commandFor('left'), left, right);
  }

  /** One after the other on the left, all in one turn on the right: they are answered as one by one. */
  async executeTogether(commands: readonly ((side: Side) => SeatCommand)[]): Promise<void> {
    const left = [];
    for (const commandFor of commands) left.push(await this.left.ports.seatStore.execute(commandFor('left')));
    const { seatStore } = this.right.ports;
    const right = await Promise.all(commands.map((commandFor) => seatStore.execute(commandFor('right'))));
    for (const [index, commandFor] of commands.entries())
      this.#compareReplies(commandFor('left'), left[index] as Reply, right[index] as Reply);
  }

  wait(millis: number): void {
    this.left.clock.advance(millis);
    this.right.clock.advance(millis);
  }

  async compare(wish: PartyWish): Promise<void> {
    const state = async ({ ports }: Running, names: Names, side: 'left' | 'right') => {
      const { seatStore } = ports;
      const seats = (await seatStore.seats(this.eventId))?.seats;
      const lives = [];
      for (const hold of this.holds.slice(-6)) lives.push(await seatStore.liveHold(hold[side].holdId));
      return names.plain({
        seats: seats?.map((seat) => ({ ...seat, seat: seat.seat.seatId })),
        lives,
        counts: await seatStore.counts(this.eventId),
        offer: await seatStore.offer(this.eventId, wish),
      });
    };
    expect(await state(this.right, this.#namesRight, 'right')).toEqual(
      await state(this.left, this.#namesLeft, 'left'),
    );
    expect(this.#news('right', this.right, this.#namesRight)).toEqual(
      this.#news('left', this.left, this.#namesLeft),
    );
  }

  async compareHistories(users: readonly string[]): Promise<void> {
    const history = async ({ ports: { holdHistory } }: Running, names: Names) => {
      const seats = [];
      for (const seatId of this.seatIds) {
        const moves = await holdHistory.seatHistory(this.eventId, seatId, 1_000);
        seats.push(moves.map(({ number: _, holdId, ...move }) => ({ ...move, isOfHold: holdId !== null })));
      }
      const holds = [];
      for (const userId of users) {
        const filter = { eventId: this.eventId, liveOnly: false, limit: 1_000 };
        holds.push(names.sorted(await holdHistory.holdsOf(userId, filter)));
      }
      return { seats, holds };
    };
    expect(await history(this.right, this.#namesRight)).toEqual(await history(this.left, this.#namesLeft));
  }

  #compareReplies(command: SeatCommand, left: Reply, right: Reply): void {
    expect(this.#namesRight.plain(right), JSON.stringify(command)).toEqual(this.#namesLeft.plain(left));
    if (isRefusal(left) || isRefusal(right)) return;
    const holdsOf = (reply: object) => ('holds' in reply ? (reply.holds as Hold[]) : []);
    holdsOf(left).forEach((hold, index) => {
      this.holds.push({ left: hold, right: holdsOf(right)[index] as Hold });
    });
  }

  /** What was announced since the last comparing; within one, order is a matter of engines. */
  #news(side: 'left' | 'right', { announced }: Running, names: Names) {
    const heard = this.#heard[side];
    // A program that was started again has a list of its own.
    const news = announced === heard.of ? announced.slice(heard.count) : announced;
    this.#heard[side] = { of: announced, count: announced.length };
    return news
      .flatMap((each) => (each.type === 'moved' && each.eventId === this.eventId ? each.moves : []))
      .map(({ number: _, ...move }) => JSON.stringify(names.plain(move)))
      .sort();
  }
}

/** Gives ids and fences of holds the names in which they appear, so that two sides can be compared. */
class Names {
  readonly #names = new Map<string, number>();

  plain<T>(value: T): unknown {
    return JSON.parse(
      JSON.stringify(value, (key, each) =>
        (key === 'holdId' || key === 'groupId' || key === 'fence') && typeof each === 'number'
          ? this.#name(key === 'fence' ? 'fence' : 'hold', each)
          : each,
      ) ?? 'null',
    );
  }

  /** In an order that does not depend on ids. */
  sorted(holds: readonly Hold[]): string[] {
    return holds.map(({ holdId: _, groupId: __, fence: ___, ...hold }) => JSON.stringify(hold)).sort();
  }

  #name(kind: string, value: number): number {
    const known = this.#names.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const name = this.#names.size;
    this.#names.set(`${kind} ${value}`, name);
    return name;
  }
}
