import { createHash } from 'node:crypto';
import type { LineTerms, Standing } from '../../waiting-room/series-line/line.ts';
import type { SeriesLineStore } from '../../waiting-room/series-line/ports/series-line-store.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript, type Script } from './scripts.ts';

/** Looked up in one script: others wait while it runs. */
const ASKED_AT_ONCE = 500;
const WAITS_NOT = -2;

export interface SeriesLineStoreNeeds {
  connection: RedisConnection;
  terms: LineTerms;
  /** In front of all names: a hash tag where the keys must share a slot, else nothing. */
  prefix: string;
}

/** Lines in sorted sets, and who is in as keys that end by themselves; see lua/line-prelude.lua. */
export function redisSeriesLineStore({ connection, terms, prefix }: SeriesLineStoreNeeds): SeriesLineStore {
  const scripts = {
    join: withPrelude('line-join'),
    standings: withPrelude('line-standings'),
    letIn: withPrelude('line-let-in'),
    next: withPrelude('line-next'),
  };
  const { queueMax, batch, interval, activeMillis } = terms;
  const queue = `${prefix}waiting-queue:`;
  const own = `${prefix}ticketing:`;
  const run = <R>(script: Script, args: readonly (string | number)[]) =>
    connection.runScript<R>(script, [queue], [prefix, own, ...args.map(String)]);
  const standing = (rank: number, left: number): Standing => {
    if (rank > 0) return { status: 'WAITING', rank };
    if (rank === WAITS_NOT) return { status: 'NONE' };
    // A key that an operator wrote without an end.
    return rank === 0
      ? { status: 'ACTIVE', leftMillis: left < 0 ? activeMillis : left }
      : { status: 'REJECTED' };
  };
  return {
    async join(seriesId, userId) {
      const [rank, left] = await run<[number, number]>(scripts.join, [seriesId, userId, queueMax, interval]);
      return standing(rank, left);
    },
    async standings(seriesId, userIds) {
      const found: Standing[] = [];
      for (let from = 0; from < userIds.length; from += ASKED_AT_ONCE) {
        const some = userIds.slice(from, from + ASKED_AT_ONCE);
        const numbers = await run<number[]>(scripts.standings, [seriesId, ...some]);
        for (let index = 0; index < some.length; index++)
          found.push(standing(numbers[2 * index] as number, numbers[2 * index + 1] as number));
      }
      return found;
    },
    async letIn(seriesIds) {
      const came: { seriesId: number; userIds: string[] }[] = [];
      for (let from = 0; from < seriesIds.length; from += ASKED_AT_ONCE) {
        const some = seriesIds.slice(from, from + ASKED_AT_ONCE);
        const answers = await run<string[][]>(scripts.letIn, [batch, interval, activeMillis, ...some]);
        for (const [seriesId, ...userIds] of answers) came.push({ seriesId: Number(seriesId), userIds });
      }
      return came;
    },
    letInNext: (seriesId) => run<string[]>(scripts.next, [batch, interval, activeMillis, seriesId]),
    async isActive(userId) {
      const key = `${prefix}active-user:${userId}`;
      return (await connection.read<number>(key, ['EXISTS', key])) === 1;
    },
    async clear(seriesId) {
      const key = `${queue}${seriesId}`;
      await connection.write(key, ['DEL', key]);
    },
  };
}

function withPrelude(name: string): Script {
  const own = luaScript(name);
  const [flags = ''] = own.source.split('\n', 1);
  const prelude = luaScript('line-prelude').source;
  const source = [flags, withoutFirstLine(prelude), withoutFirstLine(own.source)].join('\n');
  return { name, source, sha: createHash('sha1').update(source).digest('hex'), writes: own.writes };
}

function withoutFirstLine(source: string): string {
  return source.slice(source.indexOf('\n') + 1);
}
