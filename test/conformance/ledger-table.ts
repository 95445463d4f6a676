import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { sqlSharedSeatLedger } from '../../src/adapters/sql/seats/shared-seat-ledger.ts';
import type { Changes, SeatMove } from '../../src/reservation/claims.ts';
import { Hall } from '../../src/reservation/hall.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { Cursor, Ending } from '../../src/reservation/ports/shared-seat-ledger.ts';
import type { MoveCause, SeatState } from '../../src/reservation/seat.ts';
import { seatsOf } from '../backends/halls.ts';

let events = 0;

/** Two nodes' ledgers, and one event with two seats. */
export class Table {
  readonly eventId = ++events;
  readonly seatIds = [this.eventId * 10, this.eventId * 10 + 1] as const;
  readonly hall: Hall;
  readonly sql: SqlConnection;
  readonly one;
  readonly other;

  constructor([first, second]: [SqlConnection, SqlConnection]) {
    this.hall = new Hall(this.eventId, seatsOf(this.eventId, this.seatIds[0], { seatsPerRow: 2 }), {
      numbered: true,
    });
    this.sql = first;
    this.one = sqlSharedSeatLedger(independentCommitter(first));
    this.other = sqlSharedSeatLedger(independentCommitter(second));
  }

  hold(place: 0 | 1, more: Partial<Hold> = {}): Hold {
    const holdId = this.eventId * 100 + place;
    return {
      holdId,
      eventId: this.eventId,
      seatId: this.seatIds[place],
      userId: 'ann',
      sessionId: null,
      groupId: holdId,
      admissionId: null,
      fence: 5,
      state: 'HELD',
      heldAt: 1,
      expiresAt: 9,
      latestEnd: 9,
      orderId: null,
      endedAt: null,
      ...more,
    };
  }

  step(hold: Hold, number: number, [from, to, cause]: [SeatState, SeatState, MoveCause]): SeatMove {
    const ordinal = this.hall.ordinalOf(hold.seatId) as number;
    return { ordinal, seatId: hold.seatId, from, to, cause, number, at: 2, hold, actor: 'ann' };
  }

  holding(place: 0 | 1, number = 1): Changes {
    const hold = this.hold(place);
    return { moves: [this.step(hold, number, ['AVAILABLE', 'HELD', 'hold'])], holds: [hold] };
  }

  paying(place: 0 | 1, number = 2): Changes {
    const hold = this.hold(place, { state: 'PAYING', orderId: 7 });
    return { moves: [this.step(hold, number, ['HELD', 'PAYING', 'booking'])], holds: [hold] };
  }

  sale(place: 0 | 1, more: Partial<Hold> = {}): Ending {
    const hold = this.hold(place, { state: 'CONFIRMED', orderId: 7, endedAt: 3, ...more });
    return { hold, move: this.step(hold, 10 + hold.holdId, ['PAYING', 'SOLD', 'sale']) };
  }

  end(place: 0 | 1): Ending {
    const hold = this.hold(place, { state: 'EXPIRED', orderId: 7, endedAt: 4 });
    return { hold, move: this.step(hold, 20, ['PAYING', 'AVAILABLE', 'payment_deadline']) };
  }

  async begun(): Promise<Cursor> {
    const from = await this.one.cursor(this.eventId);
    return { generation: await this.one.beginGeneration(this.eventId, from), position: 0 };
  }

  /** Both seats are being paid for. */
  async paid(): Promise<void> {
    const from = await this.begun();
    const changes = [this.holding(0), this.holding(1), this.paying(0), this.paying(1)];
    await this.one.follow(this.hall, { from, upTo: 4, changes, records: [] });
  }

  states = async () => {
    const holds = await this.one.holds([this.hold(0).holdId, this.hold(1).holdId]);
    return holds.sort((a, b) => a.holdId - b.holdId).map(({ state }) => state);
  };

  causes = async () => {
    const rows = await this.sql.query<{ cause: string }>(
      'SELECT cause FROM seat_move WHERE event_id = ? ORDER BY seat_id, number',
      [this.eventId],
    );
    return rows.map(({ cause }) => cause);
  };
}
