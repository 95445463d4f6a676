import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Clock, Millis } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Locks } from '../../../core/locks.ts';
import { isRefusal, type Refusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { CHURN_WINDOW, type Changes, type Claims, type SeatMove } from '../../../reservation/claims.ts';
import type { SeatCommand } from '../../../reservation/command.ts';
import { decide } from '../../../reservation/decisions/decide.ts';
import { expireDue } from '../../../reservation/decisions/hold-end.ts';
import type { Hall } from '../../../reservation/hall.ts';
import { commandWrite } from '../command-log.ts';
import { runsOf } from '../commits/runs.ts';
import type { Database, Transaction } from '../database.ts';
import { writesOf } from '../seats/seat-ledger.ts';
import { type BuyerRow, raiseBuyerVersion, readBuyer } from './buyer-rows.ts';
import { type Contended, claimed, LockedElsewhere } from './claiming.ts';
import { partOfClaims } from './part-of-claims.ts';
import { CHANGE_SEAT_ROW, type RowLock, readSeatRows, type SeatRow } from './seat-rows.ts';

export interface DeskNeeds {
  database: Database;
  clock: Clock;
  ids: Ids;
  locks: Locks;
  strategyOf(eventId: number): ClaimWay | undefined;
}

/** Expired in one transaction. */
const EXPIRED_AT_ONCE = 200;
/** In the order of the index, which is what makes any server read it from its beginning, and no further than it must. */
const OVER = `SELECT seat_id FROM hold WHERE event_id = ? AND state IN ('HELD', 'PAYING') AND expires_at <= ?
  ORDER BY expires_at LIMIT ?`;
const NO_END: Millis = Number.POSITIVE_INFINITY;

interface Decided<R> {
  reply: R | Refusal;
  hall: Hall;
  moves: readonly SeatMove[];
}

interface Asked {
  hall: Hall;
  command: SeatCommand;
  seatIds: readonly number[];
  userId: string | undefined;
  lock: RowLock;
}

/** Where commands on rows are decided and written, each in one transaction. */
export class DeskOfRows {
  readonly #needs: DeskNeeds;
  readonly #moved: (hall: Hall, moves: readonly SeatMove[]) => Promise<void>;

  /** `moved` is told of what happened to seats, after it is durable. */
  constructor(
    needs: DeskNeeds,
    { moved }: { moved: (hall: Hall, moves: readonly SeatMove[]) => Promise<void> },
  ) {
    this.#needs = needs;
    this.#moved = moved;
  }

  /** Throws LockedElsewhere where rows are locked and it is not to wait for them. */
  async decide(
    hall: Hall,
    command: SeatCommand,
    seatIds: readonly number[],
    whenLocked?: Contended['whenLocked'],
  ): Promise<unknown> {
    const { eventId } = command;
    const holding = command.type === 'hold_seats' || command.type === 'hold_best' ? command : undefined;
    const userId = holding?.userId;
    const strategy = holding?.way ?? this.#needs.strategyOf(eventId) ?? 'pessimistic';
    const decided = await claimed(
      strategy,
      { eventId, seatIds, userId, whenLocked },
      {
        locks: this.#needs.locks,
        attempt: (lock) =>
          this.#needs.database.transaction((transaction) =>
            this.#attempt(transaction, { hall, command, seatIds, userId, lock }),
          ),
        look: () =>
          this.#needs.database.transaction(async (transaction) => {
            const { claims, reply } = await this.#read(transaction, {
              hall,
              command,
              seatIds,
              userId,
              lock: 'none',
            });
            return isRefusal(reply) ? { reply, hall: claims.hall, moves: [] } : undefined;
          }),
      },
    );
    await this.#announce(decided);
    return decided.reply;
  }

  /** What is decided on the rows as they are. */
  async #read(transaction: Transaction, { hall, command, seatIds, userId, lock }: Asked) {
    const { eventId } = command;
    const now = this.#needs.clock.now();
    // The buyer first, then the seats by id: the one order in which everybody locks. There is no other buyer to have instead.
    const ofBuyer = {
      eventId,
      userId: userId ?? '',
      now,
      clause: this.#clause(lock === 'none' ? 'none' : 'wait'),
    };
    const buyer = userId === undefined ? undefined : await this.#buyer(transaction, ofBuyer);
    const wanted = { eventId, seatIds: known(hall, seatIds), clause: this.#clause(lock) };
    const rows = await readSeatRows(transaction, wanted);
    if (lock === 'skip') mustHaveAll(wanted.seatIds, rows);
    const seats = rows.map(({ seatId }) => hall.seatAt(hall.ordinalOf(seatId) as number));
    const claims = partOfClaims(eventId, seats, {
      rows,
      now,
      buyer: buyer && { userId: userId as string, row: buyer },
    });
    const lapsed = expireDue(claims, now);
    claims.apply(lapsed);
    const { changes, reply } = decide(claims, command, now, () => this.#needs.ids.next('reservation'));
    return { now, buyer, rows, claims, lapsed, changes, reply };
  }

  async #attempt(transaction: Transaction, asked: Asked): Promise<Decided<unknown>> {
    const { command, userId } = asked;
    const { eventId } = command;
    const { now, buyer, rows, claims, lapsed, changes, reply } = await this.#read(transaction, asked);
    claims.apply(changes);
    const hasEffect = !isRefusal(reply) && changes.moves.length + changes.holds.length > 0;
    if (command.type === 'hold_seats' && this.#needs.clock.now() >= (command.inOrderUntil ?? NO_END))
      throw new Unavailable(`another node may serve the queue of event ${eventId} by now`);
    if (buyer && hasEffect && userId !== undefined) {
      const isFirst = await raiseBuyerVersion(transaction, { eventId, userId, version: buyer.version });
      if (!isFirst) throw new Conflict('another claim of the buyer was first');
    }
    await this.#write(transaction, { claims, rows, changes: together(lapsed, changes) });
    if (hasEffect && command.key) {
      const record = { key: command.key, reply, at: now };
      await transaction.write(runsOf([commandWrite(record)]));
    }
    return { reply, hall: claims.hall, moves: [...lapsed.moves, ...changes.moves] };
  }

  #buyer(
    transaction: Transaction,
    asked: { eventId: number; userId: string; now: Millis; clause: string },
  ): Promise<BuyerRow> {
    return readBuyer(transaction, { ...asked, lapsedSince: asked.now - CHURN_WINDOW });
  }

  /** Seat rows first, each only if nobody changed it since it was read; then the claims, moves and sales behind them. */
  async #write(
    transaction: Transaction,
    { claims, rows, changes }: { claims: Claims; rows: readonly SeatRow[]; changes: Changes },
  ): Promise<void> {
    const { eventId } = claims.hall;
    const numbers = new Map(changes.moves.map((move) => [move.seatId, move.number]));
    const touched = new Set([...numbers.keys(), ...changes.holds.map((hold) => hold.seatId)]);
    for (const { seatId, number } of rows) {
      if (!touched.has(seatId)) continue;
      const ordinal = claims.hall.ordinalOf(seatId) as number;
      const holdId = claims.latest[ordinal]?.holdId ?? null;
      // A claim that changes without a move, by an extension, makes the number larger all the same.
      const next = numbers.get(seatId) ?? number + 1;
      const row = [next, claims.stateAt(ordinal), holdId, eventId, seatId, number];
      if ((await transaction.change(CHANGE_SEAT_ROW, row)) !== 1)
        throw new Conflict('another claim on the seat was first');
    }
    await transaction.write(runsOf(writesOf(claims.hall, changes, undefined)));
  }

  /** Frees what is over. Rows that another node has are left to it. */
  async expire(eventId: number, hall: Hall): Promise<number> {
    const { database, clock } = this.#needs;
    const due = await database.query<{ seat_id: number }>(OVER, [eventId, clock.now(), EXPIRED_AT_ONCE]);
    if (due.length === 0) return 0;
    const seatIds = due.map((row) => row.seat_id);
    const decided = await claimed(
      'optimistic',
      { eventId, seatIds, userId: undefined },
      {
        locks: this.#needs.locks,
        look: async () => undefined,
        attempt: () =>
          database.transaction(async (transaction): Promise<Decided<number>> => {
            const now = clock.now();
            const rows = await readSeatRows(transaction, { eventId, seatIds, clause: this.#clause('skip') });
            const seats = rows.map(({ seatId }) => hall.seatAt(hall.ordinalOf(seatId) as number));
            const claims = partOfClaims(eventId, seats, { rows, now });
            const changes = expireDue(claims, now);
            claims.apply(changes);
            await this.#write(transaction, { claims, rows, changes });
            return { reply: changes.holds.length, hall: claims.hall, moves: changes.moves };
          }),
      },
    );
    await this.#announce(decided);
    return decided.reply as number;
  }

  async #announce({ hall, moves }: Decided<unknown>): Promise<void> {
    if (moves.length > 0) await this.#moved(hall, moves);
  }

  #clause(lock: RowLock): string {
    const { dialect } = this.#needs.database;
    return { wait: dialect.forUpdate, skip: dialect.forUpdateSkipLocked, none: '' }[lock];
  }
}

function together(first: Changes, second: Changes): Changes {
  return { moves: [...first.moves, ...second.moves], holds: [...first.holds, ...second.holds] };
}

function mustHaveAll(seatIds: readonly number[], rows: readonly SeatRow[]): void {
  const read = new Set(rows.map(({ seatId }) => seatId));
  const locked = seatIds.filter((seatId) => !read.has(seatId));
  if (locked.length > 0) throw new LockedElsewhere(locked);
}

function known(hall: Hall, seatIds: readonly number[]): number[] {
  return seatIds.filter((seatId) => hall.ordinalOf(seatId) !== undefined);
}
