import { expect, it } from 'vitest';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { sqlWaitlistStore } from '../../../src/adapters/sql/waitlist/waitlist-store.ts';
import { Once } from '../../../src/core/command.ts';
import { type Entry, isLive } from '../../../src/waitlist/entry.ts';
import { offered } from '../../../src/waitlist/moves.ts';
import type { Seats } from '../../../src/waitlist/ports/seats.ts';
import type { Joined } from '../../../src/waitlist/ports/waitlist-entries.ts';
import { WaitlistService } from '../../../src/waitlist/service.ts';
import type { Serving } from '../../../src/waitlist/serving.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';

const EVENT = 7;
/** More than are cleared at once. */
const PARTIES = 1_100;

it('a line that is cleared: everybody has left and is told so, and offered seats are given back', async () => {
  // given
  const clock = new HandClock();
  const connection = memoryConnection();
  await migrate(connection);
  const store = sqlWaitlistStore(groupCommitter(connection), { isAlone: true });
  const told: Entry[] = [];
  const released: Entry[] = [];
  const seats = { release: async (entry: Entry) => void released.push(entry) } as Partial<Seats> as Seats;
  const service = new WaitlistService({
    entries: store,
    turns: store,
    seats,
    events: { terms: () => undefined, neverSeated: async () => undefined },
    announcements: { moved: (entry) => told.push(entry) },
    serving: {} as Serving,
    clock,
    once: new Once({ find: async () => undefined }),
  });
  const who = { eventId: EVENT, sessionId: null, admissionId: null, wish: { size: 1 }, at: 0, most: 5_000 };
  const join = async (_: unknown, index: number) =>
    (await store.join({ userId: `user ${index}`, ...who })) as Joined;
  const joined = await Promise.all(Array.from({ length: PARTIES }, join));
  const held = { holdIds: [1], seatIds: [2], expiresAt: clock.now() + 1_000 };
  const offer = offered((joined[0] as Joined).entry, held, clock.now(), 1_000);
  await store.save([offer]);
  // when
  await service.clear(EVENT);
  // then
  expect(await service.inLine(EVENT)).toEqual([]);
  expect(told).toHaveLength(PARTIES);
  expect(told.some(isLive)).toBe(false);
  expect(released).toEqual([offer]);
});
