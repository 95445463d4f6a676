import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Locks } from '../../../core/locks.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import type { SeatCounts } from '../../../reservation/claims.ts';
import type { HoldBest, HoldSeats, ReplyTo, SeatCommand } from '../../../reservation/command.ts';
import type { PartyWish } from '../../../reservation/free-seats.ts';
import type { Hall } from '../../../reservation/hall.ts';
import { type Hold, isLive } from '../../../reservation/hold.ts';
import type { Announcements } from '../../../reservation/ports/announcements.ts';
import type { ClaimNews } from '../../../reservation/ports/claim-news.ts';
import type { Halls } from '../../../reservation/ports/halls.ts';
import type { Offer, SeatNow, SeatStore } from '../../../reservation/ports/seat-store.ts';
import type { SeatState } from '../../../reservation/seat.ts';
import type { Database } from '../database.ts';
import { type HoldRecord, holdOf } from '../seats/hold-row.ts';
import { Announcing } from './announcing.ts';
import { LockedElsewhere } from './claiming.ts';
import { DeskOfRows } from './desk-of-rows.ts';
import { FreeInRows } from './free-in-rows.ts';
import { RowsOfEvents } from './rows-of-events.ts';
import { inPieces, marks, SEATS_OF_EVENT, type SeatRow } from './seat-rows.ts';

export interface LedgerSeatStoreNeeds {
  database: Database;
  clock: Clock;
  ids: Ids;
  locks: Locks;
  halls: Pick<Halls, 'hall'>;
  announcements: Announcements;
  /** What other nodes do to the same rows. */
  news: ClaimNews;
  /** How claims on an event are kept apart; undefined for an event whose claims are not in the rows. */
  strategyOf(eventId: number): ClaimWay | undefined;
  /** Events whose claims are in the rows. */
  events(): readonly number[];
}

/**
 * The seat store on the ledger itself: a seat's row is the authority of its claim. A command is one transaction, which
 * reads the rows of its seats, asks the same rules as every other store about them, and writes what changes. Any
 * number of nodes may do so at once.
 */
export function ledgerSeatStore(
  needs: LedgerSeatStoreNeeds,
): SeatStore & { adopt(eventId: number): Promise<void> } {
  return new LedgerSeatStore(needs);
}

/** Seats proposed to a party that others took first. */
const PROPOSALS = 8;

class LedgerSeatStore implements SeatStore {
  readonly #needs: LedgerSeatStoreNeeds;
  readonly #rows: RowsOfEvents;
  readonly #free: FreeInRows;
  readonly #desk: DeskOfRows;
  readonly #announcing: Announcing;

  constructor(needs: LedgerSeatStoreNeeds) {
    this.#needs = needs;
    this.#rows = new RowsOfEvents(needs);
    this.#free = new FreeInRows(needs.database);
    this.#announcing = new Announcing({ ...needs, rows: this.#rows, free: this.#free });
    this.#desk = new DeskOfRows(needs, { moved: (hall, moves) => this.#announcing.moved(hall, moves) });
  }

  async execute<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const { eventId } = command;
    const hall = await this.#rows.hall(eventId);
    if (!hall) return refuse('EVENT_NOT_FOUND');
    const reply =
      command.type === 'hold_best'
        ? await this.#holdBest(hall, command)
        : await this.#desk.decide(hall, command, await this.#seatsOf(command));
    return reply as ReplyTo<C> | Refusal;
  }

  async seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    const hall = await this.#rows.hall(eventId);
    if (!hall) return undefined;
    const now = this.#needs.clock.now();
    const ordinals = seatIds
      ? seatIds.flatMap((seatId) => hall.ordinalOf(seatId) ?? [])
      : [...hall.inListOrder()];
    const few = seatIds && ordinals.length < hall.seats.length / 4;
    const rows = await this.#read(
      eventId,
      few ? ordinals.map((ordinal) => hall.seatAt(ordinal).seatId) : undefined,
    );
    const seats = ordinals.map((ordinal): SeatNow => {
      const seat = hall.seatAt(ordinal);
      const row = rows.get(seat.seatId);
      // A claim whose time is over is shown as what it is, before the sweep has written it.
      const isOver = row?.hold && isLive(row.hold) && row.hold.expiresAt <= now;
      const state = !row || isOver ? 'AVAILABLE' : row.state;
      return { seat, state, claim: state === 'AVAILABLE' || state === 'BLOCKED' ? undefined : row?.hold };
    });
    return { epoch: await this.#rows.epoch(eventId), seats };
  }

  async offer(eventId: number, wish: PartyWish): Promise<Offer> {
    const hall = await this.#rows.hall(eventId);
    if (!hall) return { together: undefined, groups: undefined };
    await this.#desk.expire(eventId, hall);
    const free = await this.#free.fresh(hall);
    const seatIds = (ordinals: readonly number[]) => ordinals.map((ordinal) => hall.seatAt(ordinal).seatId);
    const together = free.together(wish);
    const groups = together ? undefined : free.inGroups(wish);
    return { together: together && seatIds(together), groups: groups?.map(seatIds) };
  }

  async counts(eventId: number): Promise<SeatCounts> {
    const counts: SeatCounts = { AVAILABLE: 0, HELD: 0, PAYING: 0, SOLD: 0, BLOCKED: 0 };
    const hall = await this.#rows.hall(eventId);
    if (!hall) return counts;
    await this.#desk.expire(eventId, hall);
    const rows = await this.#needs.database.query<{ state: SeatState; seats: number }>(
      'SELECT state, count(*) AS seats FROM seat_claim WHERE event_id = ? GROUP BY state',
      [eventId],
    );
    for (const { state, seats } of rows) counts[state] = seats;
    return counts;
  }

  async liveHold(holdId: number): Promise<Hold | undefined> {
    const [row] = await this.#needs.database.query<HoldRecord>('SELECT * FROM hold WHERE hold_id = ?', [
      holdId,
    ]);
    const hold = row && holdOf(row);
    if (!hold || !isLive(hold) || this.#needs.strategyOf(hold.eventId) === undefined) return undefined;
    if (hold.expiresAt > this.#needs.clock.now()) return hold;
    const hall = await this.#rows.hall(hold.eventId);
    if (hall) await this.#desk.expire(hold.eventId, hall);
    return undefined;
  }

  async hallChanged(eventId: number): Promise<void> {
    await this.#rows.renew(eventId);
    this.#announcing.reloaded(eventId, await this.#rows.epoch(eventId));
  }

  /** The claims of the event come here now: its rows are made as the ledger has them. */
  adopt(eventId: number): Promise<void> {
    return this.#rows.adopt(eventId);
  }

  async expireDue(): Promise<number> {
    let expired = 0;
    for (const eventId of this.#needs.events()) {
      const hall = await this.#rows.hall(eventId);
      if (hall) expired += await this.#desk.expire(eventId, hall);
    }
    return expired;
  }

  /** The seats that a command is about, the unknown ones left to the rules. */
  async #seatsOf(command: Exclude<SeatCommand, HoldBest>): Promise<readonly number[]> {
    switch (command.type) {
      case 'hold_seats': {
        const { seatIds, insteadOf = [] } = command;
        const givenBack = await this.#seatsOfHolds(command.eventId, insteadOf);
        return [...new Set([...seatIds, ...givenBack])];
      }
      case 'extend_hold':
        return this.#seatsOfHolds(command.eventId, [command.holdId]);
      case 'release_holds':
        return this.#seatsOfHolds(command.eventId, command.holdIds);
      case 'end_payment':
      case 'sell_seats':
      case 'return_sale':
        return command.seats.map(({ seatId }) => seatId);
      default:
        return command.seatIds;
    }
  }

  async #seatsOfHolds(eventId: number, holdIds: readonly number[]): Promise<number[]> {
    const seatIds: number[] = [];
    for (const some of inPieces(holdIds)) {
      const sql = `SELECT seat_id FROM hold WHERE event_id = ? AND hold_id IN (${marks(some)})`;
      const rows = await this.#needs.database.query<{ seat_id: number }>(sql, [eventId, ...some]);
      seatIds.push(...rows.map((row) => row.seat_id));
    }
    return seatIds;
  }

  async #holdBest(hall: Hall, command: HoldBest): Promise<unknown> {
    const passedOver: number[] = [];
    try {
      return await this.#propose(hall, command, passedOver);
    } finally {
      this.#free.noMorePassedOver(hall, passedOver);
    }
  }

  /**
   * Proposes seats that were free a moment ago, and refuses only on what is free now. Seats that somebody has locked, or that
   * were proposed to another party just now, are passed over for others, and waited for only where there are no others.
   */
  async #propose(
    hall: Hall,
    { wish, type: _, ...holding }: HoldBest,
    passedOver: number[],
  ): Promise<unknown> {
    let isFresh = false;
    let isWaiting = false;
    for (let proposal = 1; proposal <= PROPOSALS; proposal++) {
      const free = isFresh ? await this.#freshlyFree(hall) : await this.#free.recent(hall);
      if (!isWaiting) this.#free.passOver(hall, passedOver);
      const together =
        free.together(wish) ?? (isWaiting ? this.#free.withPassedOver(hall)?.together(wish) : undefined);
      const seatIds = together?.map((ordinal) => hall.seatAt(ordinal).seatId);
      if (!seatIds && (!isFresh || !isWaiting)) {
        isWaiting = isFresh;
        isFresh = true;
        continue;
      }
      // Without a proposal the rules refuse: for the buyer's own limits first, else for want of seats.
      if (!seatIds) return this.#desk.decide(hall, { type: 'hold_best', wish, ...holding }, []);
      const command: HoldSeats = { type: 'hold_seats', seatIds, ...holding };
      const mayPassOver = !isWaiting && proposal < PROPOSALS;
      if (mayPassOver) this.#free.passOver(hall, seatIds);
      try {
        const reply = await this.#desk.decide(hall, command, seatIds, mayPassOver ? 'throw' : undefined);
        if (!isRefusal(reply) || reply.refused !== 'SEATS_TAKEN') return reply;
        isFresh = true;
      } catch (error) {
        if (!(error instanceof LockedElsewhere)) throw error;
        passedOver.push(...error.seatIds);
        isFresh = false;
      } finally {
        if (mayPassOver) this.#free.noMorePassedOver(hall, seatIds);
      }
    }
    return refuse('BUSY', {}, { retryAfterSeconds: 1 });
  }

  async #freshlyFree(hall: Hall) {
    await this.#desk.expire(hall.eventId, hall);
    return this.#free.fresh(hall);
  }

  async #read(eventId: number, seatIds: readonly number[] | undefined): Promise<Map<number, SeatRow>> {
    const { database } = this.#needs;
    const rows = new Map<number, SeatRow>();
    for (const some of seatIds ? inPieces(seatIds) : [undefined]) {
      const wanted = some ? `${SEATS_OF_EVENT} IN (${marks(some)})` : 'event_id = ?';
      const sql = `SELECT c.seat_id AS of_seat, c.number, c.state AS seat_state, hold.*
        FROM (SELECT * FROM seat_claim WHERE ${wanted}) c
        LEFT JOIN hold ON ${database.dialect.lookedUp('hold.hold_id', 'c.hold_id')}`;
      type Record = { of_seat: number; number: number; seat_state: SeatState } & HoldRecord;
      for (const row of await database.query<Record>(sql, [eventId, ...(some ?? [])])) {
        const hold = row.hold_id === null ? undefined : holdOf(row);
        rows.set(row.of_seat, { seatId: row.of_seat, number: row.number, state: row.seat_state, hold });
      }
    }
    return rows;
  }
}
