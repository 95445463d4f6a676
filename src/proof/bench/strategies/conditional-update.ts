import type { Transaction } from '../../../adapters/sql/database.ts';
import { holdRow, PUT_HOLD } from '../../../adapters/sql/seats/hold-row.ts';
import { HOUR } from '../../../core/clock.ts';
import type { Arena } from './arena.ts';
import type { Answer } from './tally.ts';
import type { Wish } from './ways.ts';

const TAKE_IF_FREE = `UPDATE seat_claim SET number = number + 1, state = 'HELD', hold_id = ?
  WHERE event_id = ? AND seat_id = ? AND state = 'AVAILABLE'`;

/**
 * The least that is sound: one statement changes the row only if the seat is free, and its count of rows is the answer.
 * It asks no rule about the buyer and writes no history, so it is the floor of what a claim in a row costs.
 */
export function conditionalUpdate(arena: Arena, wish: Wish): Promise<Answer> {
  return arena.database.transaction(async (transaction): Promise<Answer> => {
    const holdId = arena.ids.next('reservation');
    const taken = await transaction.change(TAKE_IF_FREE, [holdId, wish.eventId, wish.seatId]);
    if (taken !== 1) return 'refused';
    await writeHold(transaction, arena, { ...wish, holdId });
    return 'won';
  });
}

/** The claim behind a seat's row. */
export async function writeHold(
  transaction: Transaction,
  { clock }: Arena,
  { eventId, seatId, userId, holdId }: Wish & { holdId: number },
): Promise<void> {
  const now = clock.now();
  const row = holdRow({
    holdId,
    eventId,
    seatId,
    userId,
    sessionId: null,
    groupId: holdId,
    admissionId: null,
    fence: holdId,
    state: 'HELD',
    heldAt: now,
    expiresAt: now + HOUR,
    latestEnd: now + HOUR,
    orderId: null,
    endedAt: null,
  });
  await transaction.write([{ kind: PUT_HOLD, rows: [row] }]);
}
