import type { ClaimWay } from '../../../core/claim-way.ts';
import { untilFirst } from '../../../core/conflict.ts';
import type { Locks } from '../../../core/locks.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { RowLock } from './seat-rows.ts';

export interface Contended {
  eventId: number;
  seatIds: readonly number[];
  /** Whose limits are looked at. */
  userId: string | undefined;
  /** What becomes of an attempt that locks rows when somebody else has one of them; without it, it waits. */
  whenLocked?: 'throw' | undefined;
}

/** Somebody else has the rows of these seats, and nobody waited for them. */
export class LockedElsewhere extends Error {
  override name = 'LockedElsewhere';
  readonly seatIds: readonly number[];

  constructor(seatIds: readonly number[]) {
    super(`locked elsewhere: seats ${seatIds.join(', ')}`);
    this.seatIds = seatIds;
  }
}

/** An attempt reads rows under this lock, decides, and throws Conflict when a row changed since it was read. */
type Attempt<R> = (lock: RowLock) => Promise<R>;

interface Ways<R> {
  locks: Locks;
  attempt: Attempt<R>;
  /** What the rows say to who only looks: a refusal, or undefined where he might have had the seats. */
  look: () => Promise<R | undefined>;
}

/** Whoever loses a row so often meets a crowd; the next in line may be luckier than he. */
const TRIES = 12;

/**
 * Runs an attempt the way a strategy wants it. Pessimistic: rows are locked as they are read, so a second claim waits
 * for the first, unless it would rather have other seats. Optimistic: nothing is locked, and what changed meanwhile is
 * tried again from what is there now. With a distributed lock claims on a seat come one after the other, and are
 * written like optimistic ones: the lock spares them the losing, the comparison of versions keeps them safe if the lock
 * was lost.
 */
export function claimed<R>(
  strategy: ClaimWay,
  contended: Contended,
  { locks, attempt, look }: Ways<R>,
): Promise<R> {
  switch (strategy) {
    case 'pessimistic':
      return untilApplied(() => attempt(contended.whenLocked === 'throw' ? 'skip' : 'wait'));
    case 'optimistic':
      return untilApplied(() => attempt('none'));
    case 'distributed_lock':
      return underLock(contended, { locks, look }, () => untilApplied(() => attempt('none')));
  }
}

function untilApplied<R>(attempt: () => Promise<R>): Promise<R> {
  return untilFirst(TRIES, attempt, (cause) => {
    throw new Unavailable('too many want the same seats', { cause });
  });
}

async function underLock<R>(
  { eventId, seatIds, userId }: Contended,
  { locks, look }: Pick<Ways<R>, 'locks' | 'look'>,
  run: () => Promise<R>,
): Promise<R> {
  const keys = seatIds.map((seatId) => `${eventId}:seat:${seatId}`);
  if (userId !== undefined) keys.push(`${eventId}:buyer:${userId}`);
  let ran: { result: R } | undefined;
  await locks.multiLock(keys, async () => {
    ran = { result: await run() };
  });
  // Who came too late for the lock came too late for the seats, as a rule, and is told so.
  const result = ran ? ran.result : await look();
  if (result === undefined) throw new Unavailable('too many want the same seats');
  return result;
}
