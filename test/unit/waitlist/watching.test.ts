import { expect, it } from 'vitest';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { sqlWaitlistStore } from '../../../src/adapters/sql/waitlist/waitlist-store.ts';
import { SECOND } from '../../../src/core/clock.ts';
import { left } from '../../../src/waitlist/moves.ts';
import type { Joined, Standing } from '../../../src/waitlist/ports/waitlist-entries.ts';
import { Watching } from '../../../src/waitlist/watching.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';

const EVENT = 7;

/** A line that is watched, and how many statements the ledger was asked. */
async function watchedLine() {
  const clock = new HandClock();
  const connection = memoryConnection();
  await migrate(connection);
  const asked: string[] = [];
  const query: typeof connection.query = (sql, params) => {
    asked.push(sql);
    return connection.query(sql, params);
  };
  const store = sqlWaitlistStore(groupCommitter({ ...connection, query }), { isAlone: true });
  const watching = new Watching({ entries: store, clock });
  const told = new Map<string, (Standing | undefined)[]>();
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
  };
  const who = { eventId: EVENT, sessionId: null, admissionId: null, wish: { size: 1 }, at: 0, most: 1_000 };
  return {
    told,
    join: async (userId: string) => (await store.join({ ...who, userId })) as Joined,
    leave: async ({ entry }: Joined) => {
      await store.save([left(entry, 1)]);
      watching.moved(entry);
    },
    watch(userId: string) {
      told.set(userId, []);
      watching.watch(EVENT, userId, (standing) => told.get(userId)?.push(standing));
    },
    /** A second goes by. Returns how many statements it took. */
    async later() {
      await settle();
      asked.length = 0;
      clock.advance(SECOND);
      await settle();
      return asked.length;
    },
  };
}

it('those whose place has ended are asked for all at once', async () => {
  const { join, leave, watch, later, told } = await watchedLine();
  const gone = Array.from({ length: 200 }, (_, index) => `gone ${index}`);
  for (const userId of gone) await leave(await join(userId));
  await join('ann');
  for (const userId of [...gone, 'ann', 'nobody']) watch(userId);
  await later();
  expect(await later()).toBeLessThanOrEqual(2);
  for (const userId of gone) expect(told.get(userId)).toMatchObject([{ entry: { userId, state: 'LEFT' } }]);
  expect(told.get('ann')).toMatchObject([{ entry: { state: 'WAITING' }, ahead: 0 }]);
  expect(told.get('nobody')).toEqual([undefined]);
});

it('is told whenever it has changed, to the end and from anew', async () => {
  const { join, leave, watch, later, told } = await watchedLine();
  const ann = await join('ann');
  const bob = await join('bob');
  watch('bob');
  await later();
  await leave(ann);
  await later();
  await leave(bob);
  await later();
  await join('bob');
  await later();
  const seen = told.get('bob')?.map((standing) => [standing?.entry.state, standing?.ahead]);
  expect(seen).toEqual([
    ['WAITING', 1],
    ['WAITING', 0],
    ['LEFT', 0],
    ['WAITING', 0],
  ]);
});
