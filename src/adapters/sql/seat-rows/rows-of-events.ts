import type { Clock } from '../../../core/clock.ts';
import { stamp } from '../../../core/stamp.ts';
import { Turns } from '../../../core/turns.ts';
import { Hall } from '../../../reservation/hall.ts';
import type { Halls } from '../../../reservation/ports/halls.ts';
import type { Database, Row, Transaction } from '../database.ts';
import { type HoldRecord, holdOf, LIVE_HOLDS, soldHolds } from '../seats/hold-row.ts';
import type { WriteKind } from '../write-kind.ts';
import { ADD_SEAT_ROW, FORGET_SEAT_ROWS } from './seat-rows.ts';

export interface RowsOfEventsNeeds {
  database: Database;
  clock: Clock;
  halls: Pick<Halls, 'hall'>;
}

interface Ready {
  hall: Hall;
  epoch: number;
}

const PUT_EVENT: WriteKind = {
  write: 'upsert',
  table: 'event_in_rows',
  columns: { event_id: 'int', epoch: 'int' },
  key: ['event_id'],
  update: { epoch: 'maximum' },
};

/** Nodes that come to an event together agree: the first one's epoch stands. */
const BEGIN_EVENT: WriteKind = { ...PUT_EVENT, update: {} };

const OVERRIDES = 'SELECT seat_id, blocked FROM seat_override WHERE event_id = ?';
const EPOCH = 'SELECT epoch FROM event_in_rows WHERE event_id = ?';
const ROWS = 'SELECT count(*) AS seats FROM seat_claim WHERE event_id = ?';

/** Makes the seat rows of an event before the first claim on one of them, and keeps the halls. */
export class RowsOfEvents {
  readonly #needs: RowsOfEventsNeeds;
  readonly #ready = new Map<number, Ready>();
  readonly #turns = new Turns<number>();

  constructor(needs: RowsOfEventsNeeds) {
    this.#needs = needs;
  }

  /** The hall, whose every seat has its row; undefined without the event. */
  async hall(eventId: number): Promise<Hall | undefined> {
    return (await this.#readied(eventId))?.hall;
  }

  /** Of what is announced of the event. */
  async epoch(eventId: number): Promise<number> {
    return (await this.#readied(eventId))?.epoch ?? 0;
  }

  /** The hall has more seats now. */
  renew(eventId: number): Promise<void> {
    return this.#again(eventId, () => undefined);
  }

  /** The claims were kept elsewhere until now: rows of an earlier time are worth nothing. */
  adopt(eventId: number): Promise<void> {
    return this.#again(eventId, (transaction) =>
      transaction.write([{ kind: FORGET_SEAT_ROWS, rows: [[eventId]] }]),
    );
  }

  /** Made anew on another node: the next command reads it. False when this node has it like that already. */
  forget(eventId: number, epoch: number): boolean {
    const ready = this.#ready.get(eventId);
    if (ready && ready.epoch >= epoch) return false;
    this.#ready.delete(eventId);
    return true;
  }

  /** The hall and the epoch, where they are in memory. */
  known(eventId: number): Ready | undefined {
    return this.#ready.get(eventId);
  }

  /** Events whose halls are in memory. */
  eventIds(): number[] {
    return [...this.#ready.keys()];
  }

  async #again(
    eventId: number,
    first: (transaction: Transaction) => Promise<void> | undefined,
  ): Promise<void> {
    await this.#turns.take(eventId, async () => {
      this.#ready.delete(eventId);
      const epoch = await this.#needs.database.raise('epoch', 1);
      await this.#make(eventId, { epoch, kind: PUT_EVENT }, first);
    });
  }

  #readied(eventId: number): Promise<Ready | undefined> | Ready | undefined {
    return this.#ready.get(eventId) ?? this.#turns.take(eventId, () => this.#prepare(eventId));
  }

  async #prepare(eventId: number): Promise<Ready | undefined> {
    const ready = this.#ready.get(eventId);
    if (ready) return ready;
    const { database } = this.#needs;
    const [known] = await database.query<{ epoch: number }>(EPOCH, [eventId]);
    const epoch = known?.epoch ?? (await database.raise('epoch', 1));
    return this.#make(eventId, { epoch, kind: BEGIN_EVENT });
  }

  async #make(
    eventId: number,
    proposed: { epoch: number; kind: WriteKind },
    first: (transaction: Transaction) => Promise<void> | undefined = () => undefined,
  ): Promise<Ready | undefined> {
    const described = await this.#needs.halls.hall(eventId);
    if (!described) return undefined;
    const hall = new Hall(eventId, described.seats, { numbered: described.numbered });
    const epoch = await this.#needs.database.transaction(async (transaction) => {
      await first(transaction);
      await transaction.write([{ kind: proposed.kind, rows: [[eventId, proposed.epoch]] }]);
      const [stands] = await transaction.query<{ epoch: number }>(EPOCH, [eventId]);
      const standing = stands?.epoch ?? proposed.epoch;
      await this.#complete(transaction, hall, standing);
      return standing;
    });
    const ready = { hall, epoch };
    this.#ready.set(eventId, ready);
    return ready;
  }

  /** Adds the rows that are missing, as the claims, sales and blocks say that their seats stand. */
  async #complete(transaction: Transaction, hall: Hall, epoch: number): Promise<void> {
    const { eventId } = hall;
    const [count] = await transaction.query<{ seats: number }>(ROWS, [eventId]);
    if (count?.seats === hall.seats.length) return;
    const holds = [
      ...(await transaction.query<HoldRecord>(LIVE_HOLDS, [eventId])),
      ...(await transaction.query<HoldRecord>(soldHolds(this.#needs.database.dialect), [eventId])),
    ].map(holdOf);
    const claimOf = new Map(holds.map((hold) => [hold.seatId, hold]));
    const overrides = await transaction.query<{ seat_id: number; blocked: number }>(OVERRIDES, [eventId]);
    const overridden = new Map(overrides.map((row) => [row.seat_id, row.blocked === 1]));
    const first = stamp(epoch, 0);
    const rows = hall.seats.map((seat): Row => {
      const claim = claimOf.get(seat.seatId);
      const blocked = overridden.get(seat.seatId) ?? seat.blocked;
      const state = claim
        ? claim.state === 'CONFIRMED'
          ? 'SOLD'
          : claim.state
        : blocked
          ? 'BLOCKED'
          : 'AVAILABLE';
      return [eventId, seat.seatId, first, state, claim?.holdId ?? null];
    });
    await transaction.write([{ kind: ADD_SEAT_ROW, rows }]);
  }
}
