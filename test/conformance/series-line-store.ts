import { afterEach, expect, it } from 'vitest';
import type { Standing } from '../../src/waiting-room/series-line/line.ts';
import type { SeriesLineStore } from '../../src/waiting-room/series-line/ports/series-line-store.ts';
import type { Backend } from '../backends/backend.ts';
import type { Shared } from '../backends/shared.ts';
import { LINE_TERMS } from '../backends/sql-ports.ts';
import { onEach } from './on-each.ts';
import { onShared } from './on-shared.ts';

/** The store as several nodes see it, and time. */
interface Lines {
  nodes(): Promise<readonly SeriesLineStore[]>;
  elapse(millis: number): Promise<void> | void;
}

let series = 500;
const fresh = () => ++series;
const users = (count: number, name = `u${fresh()}`) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);
const rankOf = (standing: Standing) => (standing.status === 'WAITING' ? standing.rank : standing.status);

export function seriesLineStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SeriesLineStore', (running) => {
    suite({
      nodes: async () => [running().ports.seriesLines],
      elapse: (millis) => running().clock.advance(millis),
    });

    it('a restart loses nobody in line and nobody who is in', async () => {
      const seriesId = fresh();
      const [first = '', second = '', third = ''] = users(3);
      for (const user of [first, second, third]) await running().ports.seriesLines.join(seriesId, user);
      running().clock.advance(LINE_TERMS.interval);
      await running().ports.seriesLines.letIn([seriesId]);
      await running().reopen();
      const { seriesLines } = running().ports;
      expect(await seriesLines.isActive(first)).toBe(true);
      const [now] = await seriesLines.standings(seriesId, [third]);
      expect(now).toEqual({ status: 'WAITING', rank: 1 });
      expect(await seriesLines.letIn([seriesId])).toEqual([]);
      running().clock.advance(LINE_TERMS.interval);
      expect(await seriesLines.letIn([seriesId])).toEqual([{ seriesId, userIds: [third] }]);
    });
  });
}

export function seriesLinesOfNodes(all: readonly Shared[]): void {
  onShared(all, 'SeriesLineStore of nodes', ({ nodes, running }, { manyNodes }) => {
    suite({
      nodes: async () => (await nodes(manyNodes ? 3 : 1)).map((node) => node.seriesLines),
      elapse: (millis) => running().elapse(millis),
    });
  });
}

function suite({ nodes, elapse }: Lines): void {
  const used: number[] = [];
  const one = async () => (await nodes())[0] as SeriesLineStore;
  const begin = () => {
    const seriesId = fresh();
    used.push(seriesId);
    return seriesId;
  };
  afterEach(async () => {
    for (const seriesId of used.splice(0)) await (await one()).clear(seriesId);
  });

  it('join: puts people at the end, and who joins again keeps his place', async () => {
    const [store, seriesId, waiting] = [await one(), begin(), users(3)];
    const ranks = [];
    for (const user of [...waiting, ...waiting]) ranks.push(rankOf(await store.join(seriesId, user)));
    expect(ranks).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('join: a full line takes nobody, however many come at once, and keeps those it has', async () => {
    const [stores, seriesId] = [await nodes(), begin()];
    const crowd = users(40);
    const answers = await Promise.all(
      crowd.map((user, index) => (stores[index % stores.length] as SeriesLineStore).join(seriesId, user)),
    );
    const ranks = answers.flatMap((answer) => (answer.status === 'WAITING' ? [answer.rank] : []));
    expect(ranks.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(answers.filter(({ status }) => status === 'REJECTED')).toHaveLength(34);
    const standings = await (await one()).standings(seriesId, crowd);
    for (const [index, answer] of answers.entries())
      expect(standings[index]).toEqual(answer.status === 'REJECTED' ? { status: 'NONE' } : answer);
  });

  it('standings: in the order in which people were named', async () => {
    const [store, seriesId, [ann = '', ben = '']] = [await one(), begin(), users(2)];
    await store.join(seriesId, ann);
    await store.join(seriesId, ben);
    const standings = await store.standings(seriesId, ['nobody', ben, ann]);
    expect(standings.map(rankOf)).toEqual(['NONE', 2, 1]);
    expect((await store.standings(fresh(), [ann])).map(rankOf)).toEqual(['NONE']);
    expect(await store.standings(seriesId, [])).toEqual([]);
  });

  it('letIn: nobody before the interval, then a batch in order, then nobody for the interval', async () => {
    const [stores, seriesId, waiting] = [await nodes(), begin(), users(5)];
    const store = await one();
    for (const user of waiting) await store.join(seriesId, user);
    const ask = async () =>
      (await Promise.all(stores.map((each) => each.letIn([seriesId]))))
        .flat()
        .flatMap((came) => came.userIds);
    expect(await ask()).toEqual([]);
    await elapse(LINE_TERMS.interval);
    expect(await ask()).toEqual(waiting.slice(0, 2));
    expect(await ask()).toEqual([]);
    expect((await store.standings(seriesId, waiting)).map(rankOf)).toEqual(['ACTIVE', 'ACTIVE', 1, 2, 3]);
    await elapse(LINE_TERMS.interval);
    expect(await ask()).toEqual(waiting.slice(2, 4));
  });

  it('letIn: each series by itself, and says which', async () => {
    const [store, first, second, [ann = '', ben = '']] = [await one(), begin(), begin(), users(2)];
    await store.join(first, ann);
    await store.join(second, ben);
    await elapse(LINE_TERMS.interval);
    const came = await store.letIn([second, fresh(), first]);
    expect(came.sort((a, b) => a.seriesId - b.seriesId)).toEqual([
      { seriesId: first, userIds: [ann] },
      { seriesId: second, userIds: [ben] },
    ]);
    expect(await store.letIn([])).toEqual([]);
  });

  it('who is in is so for every series until his time is over, and stands in no line', async () => {
    const [store, first, second, [ann = '']] = [await one(), begin(), begin(), users(1)];
    await store.join(first, ann);
    expect(await store.isActive(ann)).toBe(false);
    await elapse(LINE_TERMS.interval);
    await store.letIn([first]);
    expect(await store.isActive(ann)).toBe(true);
    const elsewhere = await store.join(second, ann);
    expect(elsewhere.status).toBe('ACTIVE');
    if (elsewhere.status === 'ACTIVE') {
      expect(elsewhere.leftMillis).toBeGreaterThan(0);
      expect(elsewhere.leftMillis).toBeLessThanOrEqual(LINE_TERMS.activeMillis);
    }
    await elapse(LINE_TERMS.activeMillis);
    expect(await store.isActive(ann)).toBe(false);
    expect((await store.standings(second, [ann])).map(rankOf)).toEqual(['NONE']);
    expect(rankOf(await store.join(second, ann))).toBe(1);
  });

  it('letInNext: the first one beside the batches, at most a batch of such in an interval', async () => {
    const [store, seriesId, waiting] = [await one(), begin(), users(5)];
    expect(await store.letInNext(seriesId)).toEqual([]);
    for (const user of waiting) await store.join(seriesId, user);
    expect(await store.letInNext(seriesId)).toEqual(waiting.slice(0, 1));
    expect(await store.letInNext(seriesId)).toEqual(waiting.slice(1, 2));
    expect(await store.letInNext(seriesId)).toEqual([]);
    expect((await store.standings(seriesId, waiting)).map(rankOf)).toEqual(['ACTIVE', 'ACTIVE', 1, 2, 3]);
    await elapse(LINE_TERMS.interval);
    expect(await store.letInNext(seriesId)).toEqual(waiting.slice(2, 3));
  });

  it('clear: nobody waits any more', async () => {
    const [store, seriesId, waiting] = [await one(), begin(), users(3)];
    for (const user of waiting) await store.join(seriesId, user);
    await store.clear(seriesId);
    expect((await store.standings(seriesId, waiting)).map(rankOf)).toEqual(['NONE', 'NONE', 'NONE']);
    await elapse(LINE_TERMS.interval);
    expect(await store.letIn([seriesId])).toEqual([]);
    expect(rankOf(await store.join(seriesId, waiting[2] as string))).toBe(1);
  });
}
