import { expect, it } from 'vitest';
import { claimed } from '../../../../src/adapters/sql/seat-rows/claiming.ts';
import { Unavailable } from '../../../../src/core/unavailable.ts';

const CONTENDED = { eventId: 1, seatIds: [2], userId: 'ann' };
/** Locks that others have for longer than anybody waits. */
const neverGranted = { distributedLock: async () => undefined, multiLock: async () => undefined };
const attempt = async () => 'held';

it('who came too late for the lock is told what the rows say', async () => {
  const look = async () => 'taken';
  expect(await claimed('distributed_lock', CONTENDED, { locks: neverGranted, attempt, look })).toBe('taken');
});

it('who might have had the seats without the crowd is asked to try again', async () => {
  const look = async () => undefined;
  const late = claimed('distributed_lock', CONTENDED, { locks: neverGranted, attempt, look });
  await expect(late).rejects.toBeInstanceOf(Unavailable);
});
