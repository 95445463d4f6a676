import { join } from 'node:path';
import { embeddedEventBus } from '../../adapters/embedded/event-bus.ts';
import { groupCommitter } from '../../adapters/sql/commits/group-committer.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { sqlDeadLetters } from '../../adapters/sql/messages/dead-letters.ts';
import { outboxWrite, sqlOutbox } from '../../adapters/sql/messages/outbox.ts';
import { migrate } from '../../adapters/sql/migrate.ts';
import { sqliteConnection } from '../../adapters/sql/sqlite/connection.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { SECOND } from '../../core/clock.ts';
import { relayOutbox } from '../../core/relay.ts';
import type { Finding } from './finding.ts';
import type { BenchOptions } from './options.ts';
import { median } from './rounds.ts';
import { withFolder } from './servers.ts';

/** Orders that end in a second, at the most that the embedded sale has been asked for. */
const ORDERS = 5_000;
const MESSAGES = 4 * ORDERS;

/** Goal 2, what follows a purchase: the outbox is read, told to a consumer in process, and forgotten. */
export function benchRelay({ rounds }: Pick<BenchOptions, 'rounds'>): Promise<Finding[]> {
  return withFolder(async (folder) => {
    const connection = sqliteConnection(join(folder, 'onrush.db'));
    await migrate(connection);
    const database = groupCommitter(connection);
    const perSecond: number[] = [];
    for (let round = 0; round < rounds; round++) perSecond.push(await relayed(database, round));
    await connection.close();
    const what = 'messages from the outbox to a consumer';
    return [{ goal: 2, what, value: median(perSecond), unit: '/s', wanted: { atLeast: ORDERS } }];
  });
}

async function relayed(database: Database, round: number): Promise<number> {
  await Promise.all(
    Array.from({ length: MESSAGES }, (_, n) => {
      const messageId = `${round}-${n}`;
      const body = { messageId, type: 'CONFIRMED', orderId: n, eventId: 1, userId: `buyer ${n}`, at: 1 };
      const message = { messageId, topic: 'order.events', key: String(n % 10), body, at: 1 };
      return database.commit([outboxWrite(message)]);
    }),
  );
  const bus = embeddedEventBus({ clock: systemClock(), deadLetters: sqlDeadLetters(database) });
  let heard = 0;
  bus.subscribe('order.events', 'bench', () => {
    heard++;
  });
  const outbox = sqlOutbox(database);
  const begun = performance.now();
  while ((await relayOutbox(outbox, bus)) > 0);
  return heard / ((performance.now() - begun) / SECOND);
}
