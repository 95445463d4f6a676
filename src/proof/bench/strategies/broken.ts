import type { SeatState } from '../../../reservation/seat.ts';
import type { Arena } from './arena.ts';
import { writeHold } from './conditional-update.ts';
import type { Answer } from './tally.ts';
import type { Wish } from './ways.ts';

/*
 * How not to claim a seat: both ways are broken on purpose, to be measured beside the sound ones. They are nowhere else
 * in the program, and must never be.
 */

const READ = 'SELECT state FROM seat_claim WHERE event_id = ? AND seat_id = ?';
/** Does not ask again whether the seat is free: that is the mistake which everything else rests on. */
const TAKE = `UPDATE seat_claim SET number = number + 1, state = 'HELD', hold_id = ?
  WHERE event_id = ? AND seat_id = ?`;

/** No lock: looks whether the seat is free, then takes it. Whoever looked in between takes it too. */
export async function readThenWrite(arena: Arena, wish: Wish): Promise<Answer> {
  if (!(await isFree(arena, wish))) return 'refused';
  await take(arena, wish);
  return 'won';
}

/**
 * The same under a lock that is given back when the write has been asked for, not when it is committed: the next holder
 * of the lock still reads the seat as free.
 */
export async function releasedBeforeCommit(arena: Arena, wish: Wish): Promise<Answer> {
  const locked = await arena.locks.distributedLock(`${wish.eventId}:seat:${wish.seatId}`, async () => {
    if (!(await isFree(arena, wish))) return { taking: undefined };
    const taking = take(arena, wish);
    // Heard below; until then its failure is nobody's.
    taking.catch(() => undefined);
    return { taking };
  });
  if (!locked) return 'gave up';
  if (!locked.taking) return 'refused';
  await locked.taking;
  return 'won';
}

async function isFree({ database }: Arena, { eventId, seatId }: Wish): Promise<boolean> {
  const [row] = await database.query<{ state: SeatState }>(READ, [eventId, seatId]);
  return row?.state === 'AVAILABLE';
}

function take(arena: Arena, wish: Wish): Promise<void> {
  return arena.database.transaction(async (transaction) => {
    const holdId = arena.ids.next('reservation');
    await transaction.change(TAKE, [holdId, wish.eventId, wish.seatId]);
    await writeHold(transaction, arena, { ...wish, holdId });
  });
}
