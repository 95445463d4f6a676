import type { Refusal } from '../core/refusal.ts';
import type { ReplyTo, SeatCommand } from './command.ts';
import type { SeatStore } from './ports/seat-store.ts';

/** Where the claims of an event have their authority. */
export type ClaimAuthority = 'atomic' | 'rows';

export interface ChosenSeatStoreNeeds {
  atomic: SeatStore;
  /** Resolves when everything that `atomic` decided of the event is in the ledger. */
  settled(eventId: number): Promise<void>;
  /** Has `atomic` take the claims of the event as the ledger has them. */
  adopt(eventId: number): Promise<void>;
  /** `adopt` makes the rows of an event anew, as the ledger has its claims. */
  rows: SeatStore & { adopt(eventId: number): Promise<void> };
  authorityOf(eventId: number): ClaimAuthority;
  /** Whether any event has its claims in rows: where none has, nobody is asked twice. */
  anyInRows(): boolean;
}

/** All seat stores behind one face: what concerns an event goes to the store that has its claims. */
export class ChosenSeatStore implements SeatStore {
  readonly #needs: ChosenSeatStoreNeeds;
  /** Events whose claims are moving from one store to the other; commands wait for the end of it. */
  readonly #moving = new Map<number, Promise<unknown>>();
  /** Commands under way in rows, by event: in memory a command is decided before it can be overtaken. */
  readonly #underWay = new Map<number, Set<Promise<unknown>>>();

  constructor(needs: ChosenSeatStoreNeeds) {
    this.#needs = needs;
  }

  execute<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const moving = this.#moving.size > 0 ? this.#moving.get(command.eventId) : undefined;
    if (moving) return moving.then(() => this.execute(command));
    const { atomic, authorityOf } = this.#needs;
    return authorityOf(command.eventId) === 'atomic' ? atomic.execute(command) : this.#inRows(command);
  }

  seats(eventId: number, seatIds?: readonly number[]): ReturnType<SeatStore['seats']> {
    return this.#store(eventId).seats(eventId, seatIds);
  }

  offer(...[eventId, wish]: Parameters<SeatStore['offer']>): ReturnType<SeatStore['offer']> {
    return this.#store(eventId).offer(eventId, wish);
  }

  counts(eventId: number): ReturnType<SeatStore['counts']> {
    return this.#store(eventId).counts(eventId);
  }

  async liveHold(holdId: number): ReturnType<SeatStore['liveHold']> {
    const { atomic, rows, anyInRows } = this.#needs;
    return (await atomic.liveHold(holdId)) ?? (anyInRows() ? rows.liveHold(holdId) : undefined);
  }

  hallChanged(eventId: number): Promise<void> {
    return this.#store(eventId).hallChanged(eventId);
  }

  async expireDue(): Promise<number> {
    const { atomic, rows, anyInRows } = this.#needs;
    return (await atomic.expireDue()) + (anyInRows() ? await rows.expireDue() : 0);
  }

  /**
   * Runs a change of the event's authority while no command on the event is under way here, and tells it how many seats
   * are claimed and not sold. Afterwards the store that now has the claims reads them from the ledger.
   */
  async whileStill<R>(eventId: number, change: (claimed: number) => Promise<R>): Promise<R> {
    const moved = this.#move(eventId, change);
    const settled = moved.catch(() => undefined);
    this.#moving.set(eventId, settled);
    try {
      return await moved;
    } finally {
      this.#moving.delete(eventId);
    }
  }

  async #move<R>(eventId: number, change: (claimed: number) => Promise<R>): Promise<R> {
    await this.#moving.get(eventId);
    const { authorityOf, rows, settled, adopt } = this.#needs;
    if (authorityOf(eventId) === 'atomic') await settled(eventId);
    await Promise.allSettled(this.#underWay.get(eventId) ?? []);
    const { HELD, PAYING } = await this.counts(eventId);
    const before = authorityOf(eventId);
    // First the rows, then the decision to use them: a crash in between leaves rows that nobody asks.
    if (before === 'atomic' && HELD + PAYING === 0) await rows.adopt(eventId);
    const result = await change(HELD + PAYING);
    if (authorityOf(eventId) === before) return result;
    await (before === 'atomic' ? rows.hallChanged(eventId) : adopt(eventId));
    return result;
  }

  async #inRows<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const commands = this.#underWay.get(command.eventId) ?? new Set();
    this.#underWay.set(command.eventId, commands);
    const answer = this.#needs.rows.execute(command);
    commands.add(answer);
    try {
      return await answer;
    } finally {
      commands.delete(answer);
      if (commands.size === 0) this.#underWay.delete(command.eventId);
    }
  }

  #store(eventId: number): SeatStore {
    return this.#needs.authorityOf(eventId) === 'atomic' ? this.#needs.atomic : this.#needs.rows;
  }
}
