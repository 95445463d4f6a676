import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import type { Leases } from '../../src/core/leases.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { componentPresent } from '../backends/registry.ts';
import { ROOM_TERMS, roomOf } from '../backends/room-commands.ts';
import { ROOM_LEASE_MILLIS, type RoomNode, type RoomNodes, roomNodes } from '../backends/room-nodes.ts';
import { PATIENT, type RedisServer, redisCluster, redisServer } from '../backends/servers/redis.ts';
import { simulatedRedis } from '../backends/simulated-redis.ts';

const SERVED_SOON = 60_000;
/** For a test that looks at what is while nobody leads: a busy machine may take its time. */
const LONG_LEASE_MILLIS = 5_000;

interface OneRedis {
  connect(): Promise<RedisConnection>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

function onServers(
  options: RedisOptions,
  servers: readonly RedisServer[],
  stop: () => Promise<void>,
): OneRedis {
  return {
    connect: () => redisConnection({ ...options, limits: PATIENT }),
    async forget() {
      for (const server of servers) await server.command('flushall');
    },
    stop,
  };
}

const SHAPES = {
  async redis(): Promise<OneRedis> {
    const server = await redisServer();
    return onServers({ servers: { kind: 'single', address: server.address } }, [server], server.stop);
  },
  async 'redis-cluster'(): Promise<OneRedis> {
    const { options, nodes, stop } = await redisCluster();
    return onServers(options, nodes, stop);
  },
  async 'redis-simulated'(): Promise<OneRedis> {
    const redis = simulatedRedis();
    return {
      connect: async () => redis.connect({ isAlive: true, atEnd: () => undefined }),
      forget: async () => redis.server.forgetSince(0),
      stop: async () => undefined,
    };
  },
};

describe.each((Object.keys(SHAPES) as (keyof typeof SHAPES)[]).filter(componentPresent))(
  'waiting rooms of several nodes on %s',
  (shape) => {
    let redis: OneRedis;
    let site: RoomNodes;
    beforeAll(async () => {
      redis = await SHAPES[shape]();
      site = await roomNodes(() => redis.connect());
    });
    afterAll(async () => {
      await site?.stop();
      await redis?.stop();
    });

    let events = 0;
    /** A room that the first node leads, as all the others know. */
    async function roomOn(nodes: readonly RoomNode[], terms = ROOM_TERMS) {
      const eventId = ++events;
      const rooms = nodes.map((node) => roomOf(() => node.store, eventId, terms));
      await served(() => rooms[0]?.establish());
      for (const { store } of nodes.slice(1)) await served(() => store.head(eventId));
      expect(nodes[0]?.leads(eventId), 'who asks first leads').toBe(true);
      return { eventId, rooms: rooms as [Room, Room, Room] };
    }

    it('are one line: a place a person, wherever he asks', async () => {
      const nodes = [await site.node(), await site.node(), await site.node()];
      const { eventId, rooms } = await roomOn(nodes);
      const [a, b, c] = rooms;
      await b.open();
      const joins = await Promise.all(
        Array.from({ length: 60 }, (_, at) => [a, b, c][at % 3]?.join(`user ${at % 20}`)),
      );
      const places = new Map(joins.map((standing) => [standing?.userId, standing?.place]));
      expect([...places.values()].sort((x, y) => Number(x) - Number(y))).toEqual(upTo(20));
      for (const room of rooms) {
        for (const [userId, place] of places) {
          expect(await room.status(userId as string)).toMatchObject({ place, ahead: Number(place) - 1 });
        }
      }
      const views = nodes.map(({ store }) => store.head(eventId));
      expect(new Set((await Promise.all(views)).map((head) => JSON.stringify(head))).size).toBe(1);
      const figures = await Promise.all(nodes.map(({ store }) => store.figures(eventId)));
      expect(figures.map((each) => each?.normal.waiting)).toEqual([20, 20, 20]);
      for (const node of nodes) await node.stop();
    });

    it('keep the order in which one node asks', async () => {
      const nodes = [await site.node(), await site.node()];
      const { rooms } = await roomOn(nodes);
      await rooms[1].open();
      const joined = await Promise.all(upTo(900).map((at) => rooms[1].join(`user ${at}`)));
      expect(joined.map(({ place }) => place)).toEqual(upTo(900));
      for (const node of nodes) await node.stop();
    });

    it('exchange a call for a session once, whichever nodes are asked', async () => {
      const nodes = [await site.node(), await site.node(), await site.node()];
      const { rooms } = await roomOn(nodes);
      await rooms[0].open();
      await rooms[1].join('ann');
      await rooms[0].letIn();
      const { admission } = await rooms[2].status('ann');
      const tries = await Promise.all(rooms.map((room) => room.enter('ann', admission as number)));
      expect(tries.filter((each) => !isRefusal(each))).toHaveLength(1);
      for (const node of nodes) await node.stop();
    });

    it('tell every node of what happens, in order', async () => {
      const nodes = [await site.node(), await site.node()];
      const { eventId, rooms } = await roomOn(nodes);
      await rooms[0].open();
      for (const who of ['ann', 'ben']) await rooms[1].join(who);
      await rooms[0].letIn();
      const { admission } = await rooms[1].status('ann');
      await rooms[1].enter('ann', admission as number);
      await rooms[1].leave('ann', 'REVOKED');
      await rooms[0].granted({ type: 'say', eventId, message: { ko: '곧', en: 'Soon' } });
      const states = ({ heard }: RoomNode) =>
        heard.flatMap((news) => (news.type === 'places' ? news.places.map(({ state }) => state) : []));
      const messages = ({ heard }: RoomNode) =>
        heard.flatMap((news) => (news.type === 'room' ? (news.view.message ?? []) : []));
      for (const node of nodes) {
        await until(() => messages(node).length === 1);
        expect(states(node)).toEqual(['READY', 'READY', 'ACTIVE', 'REVOKED']);
        expect(messages(node)).toEqual([{ ko: '곧', en: 'Soon' }]);
      }
      for (const node of nodes) await node.stop();
    });

    it('are refused while nobody leads, then are as they were: nobody loses a place, no position rises', async () => {
      const options = { leaseMillis: LONG_LEASE_MILLIS, limits: { patienceMillis: 100 } };
      const nodes = [await site.node(options), await site.node(options), await site.node(options)];
      const { eventId, rooms } = await roomOn(nodes);
      const [first, ...others] = nodes as [RoomNode, RoomNode, RoomNode];
      await rooms[0].open();
      const people = upTo(30).map((at) => `user ${at}`);
      const joined = new Map<string, number | null>();
      for (const [at, userId] of people.entries()) {
        joined.set(userId, (await [rooms[1], rooms[2]][at % 2]?.join(userId))?.ahead ?? null);
      }
      await rooms[0].letIn();
      const called = (await rooms[1].status('user 1')).admission;
      first.die();
      await delay(options.limits.patienceMillis);
      const refused = await rooms[1].join('late').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Unavailable);
      await expect(others[0].store.head(eventId)).rejects.toThrow(Unavailable);
      for (const userId of people) {
        const { ahead, state } = await served(() => rooms[2].status(userId));
        if (state === 'WAITING') expect(ahead).toBeLessThanOrEqual((joined.get(userId) as number) - 5);
        else expect([...upTo(5).map((at) => `user ${at}`)]).toContain(userId);
      }
      // The call stands, and the next one's number is another.
      expect(isRefusal(await rooms[1].enter('user 1', called as number))).toBe(false);
      expect(others.filter((node) => node.leads(eventId))).toHaveLength(1);
      expect(others.every(({ heard }) => heard.some(({ type }) => type === 'missed'))).toBe(true);
      for (const node of others) await node.stop();
    });

    it('let nobody in beyond the rate in any window, while leads die', async () => {
      const nodes = [await site.node(), await site.node(), await site.node(), await site.node()];
      const { eventId, rooms } = await roomOn(nodes);
      await rooms[0].open();
      for (const at of upTo(60)) await rooms[1].join(`user ${at}`);
      const calls: { at: number; called: number }[] = [];
      const alive = nodes.map((node, index) => ({ node, room: rooms[index] as Room }));
      for (let round = 0; round < 60; round++) {
        const asked = await Promise.all(alive.map(({ room }) => room.letIn().catch(ifUnavailable)));
        for (const each of asked) if (each) calls.push({ at: site.clock.now(), called: each.called });
        if (asked.some((each) => each !== undefined)) site.clock.advance(37);
        else await delay(50);
        if (round === 20 || round === 40) {
          const lead = alive.findIndex(({ node }) => node.leads(eventId));
          alive.splice(lead, 1)[0]?.node.die();
        }
      }
      for (const { at: from } of calls) {
        for (const { at: to } of calls.filter(({ at }) => at >= from)) {
          const within = calls.filter(({ at }) => at >= from && at <= to);
          const sum = within.reduce((all, { called }) => all + called, 0);
          expect(sum).toBeLessThanOrEqual(
            ((to - from) / 1_000) * ROOM_TERMS.ratePerSecond + ROOM_TERMS.burst,
          );
        }
      }
      expect(calls.reduce((all, { called }) => all + called, 0)).toBeGreaterThan(ROOM_TERMS.burst);
      for (const { node } of alive) await node.stop();
    });

    it('take nothing from a lead that is none any more: what it writes changes nothing, and it forgets', async () => {
      const nodes = [await site.node(), await site.node()];
      const { eventId, rooms } = await roomOn(nodes);
      const [first, second] = nodes as [RoomNode, RoomNode];
      await rooms[0].open();
      await rooms[0].join('ann');
      // Its write is on the way, for as long as it takes another node to lead.
      const goOn = first.faults.pause();
      const late = rooms[0].join('late').catch((error: unknown) => error);
      await redis.forget();
      first.die();
      expect(await served(() => rooms[1].join('ben'))).toMatchObject({ place: 2 });
      goOn();
      expect(await late).toBeInstanceOf(Unavailable);
      expect(await rooms[1].join('cid')).toMatchObject({ place: 3 });
      await expect(rooms[1].status('late')).rejects.toThrow('NOT_IN_LINE');
      expect(first.leads(eventId)).toBe(false);
      await second.stop();
    });

    it('end a lead that Redis forgot as soon as another one begins, and are as they were', async () => {
      const nodes = [await site.node(), await site.node()];
      const { eventId, rooms } = await roomOn(nodes);
      await rooms[0].open();
      const people = upTo(10).map((at) => `user ${at}`);
      for (const userId of people) await rooms[1].join(userId);
      await rooms[0].letIn();
      await redis.forget();
      const until = performance.now() + 3 * ROOM_LEASE_MILLIS;
      let ahead = 4;
      while (performance.now() < until) {
        expect(nodes.filter((node) => node.leads(eventId)).length).toBeLessThan(2);
        for (const room of [rooms[0], rooms[1]]) {
          const last = await room.status('user 10').catch(ifUnavailable);
          if (last) expect(last.ahead).toBeLessThanOrEqual(ahead);
          ahead = last?.ahead ?? ahead;
        }
      }
      for (const [at, userId] of people.entries()) {
        expect(await served(() => rooms[1].status(userId))).toMatchObject({ place: at + 1 });
      }
      // The bucket of a new lead begins empty.
      expect(await served(() => Promise.any([rooms[0].letIn(), rooms[1].letIn()]))).toMatchObject({
        called: 0,
      });
      for (const node of nodes) await node.stop();
    });

    it('are read anew when a lease lapsed and came back, whatever was on its way meanwhile', async () => {
      const lease = leaseInHand(7);
      const node = await site.node({ leases: lease.leases, limits: { patienceMillis: 100 } });
      const { eventId, rooms } = await roomOn([node]);
      await rooms[0].open();
      await rooms[0].join('ann');
      const goOn = node.faults.pause();
      const late = rooms[0].join('late').catch((error: unknown) => error);
      await delay(10);
      lease.hold(undefined);
      expect(node.leads(eventId)).toBe(false);
      await delay(100);
      await expect(rooms[0].status('ann')).rejects.toThrow(Unavailable);
      lease.hold(7);
      const again = served(() => rooms[0].join('ben'));
      goOn();
      const ben = await again;
      const places = new Map([['ben', ben.place]]);
      const lost = await late;
      const found = await rooms[0].status('late').catch(() => undefined);
      if (found) places.set('late', found.place);
      // It may have come in time, and only its answer was too late.
      if (lost instanceof Unavailable && !lost.indefinite) expect(found).toBeUndefined();
      expect(new Set(places.values()).size).toBe(places.size);
      expect(await rooms[0].status('ann')).toMatchObject({ place: 1 });
      expect(await rooms[0].join('cid')).toMatchObject({ place: 2 + places.size });
      await node.stop();
    });

    it('are led as soon as the ledger lets them be taken', async () => {
      const node = await site.node({ limits: { patienceMillis: 50 } });
      node.faults.failNext();
      const room = roomOf(() => node.store, ++events);
      await expect(room.establish()).rejects.toThrow(Unavailable);
      expect(await served(() => room.establish())).toMatchObject({ phase: 'before' });
      await node.stop();
    });

    it('do not say what became of a command whose answer was lost; to ask again finds it done', async () => {
      let lost = 0;
      const first = await site.node({
        onTheWay: (connection) => ({
          ...connection,
          ...bound(connection),
          publish: (channel, text) =>
            channel.endsWith(':answers') && lost-- > 0
              ? Promise.resolve()
              : connection.publish(channel, text),
        }),
      });
      const second = await site.node({ limits: { answerMillis: 1_000 } });
      const { rooms } = await roomOn([first, second]);
      await rooms[0].open();
      lost = 1;
      await expect(rooms[1].join('ann')).rejects.toMatchObject({ name: 'Unavailable', indefinite: true });
      expect(await rooms[1].join('ann')).toMatchObject({ place: 1 });
      lost = 1;
      await expect(rooms[1].status('ann')).rejects.toMatchObject({ name: 'Unavailable', indefinite: false });
      await first.stop();
      await second.stop();
    });

    it('refuse what is too much, definitely', async () => {
      const nodes = [await site.node(), await site.node({ limits: { waitingMax: 50 } })];
      const { rooms } = await roomOn(nodes);
      await rooms[0].open();
      const joins = upTo(200).map((at) => rooms[1].join(`user ${at}`).catch((error: Unavailable) => error));
      const refused = (await Promise.all(joins)).filter((each) => each instanceof Unavailable);
      expect(refused).toHaveLength(150);
      expect(refused.every(({ indefinite }) => !indefinite)).toBe(true);
      expect(await rooms[1].join('next')).toMatchObject({ place: 51 });
      for (const node of nodes) await node.stop();
    });

    it('hand over when a node stops: what it was asked is answered first', async () => {
      const nodes = [await site.node(), await site.node()];
      const { rooms } = await roomOn(nodes);
      await rooms[0].open();
      const asked = upTo(100).map((at) => rooms[1].join(`user ${at}`));
      await delay(5);
      await nodes[0]?.stop();
      const settled = await Promise.allSettled(asked);
      const joined = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      for (const { userId, place } of joined) {
        expect(await served(() => rooms[1].status(userId))).toMatchObject({ place });
      }
      for (const each of settled) {
        if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(Unavailable);
      }
      await nodes[1]?.stop();
    });
  },
);

type Room = ReturnType<typeof roomOf>;

/** Held as the test says. */
function leaseInHand(fence: number): { leases: Leases; hold(fence: number | undefined): void } {
  let held: number | undefined = fence;
  const listeners: (() => void)[] = [];
  return {
    hold(next) {
      held = next;
      if (next !== undefined) for (const listener of listeners) listener();
    },
    leases: {
      lease: () => ({
        fence: () => held,
        whenHad(listener) {
          listeners.push(listener);
          listener();
        },
        release: async () => undefined,
      }),
      close: async () => undefined,
    },
  };
}

/** Its methods, for an object that stands in its place. */
function bound<T extends object>(connection: T): T {
  return new Proxy(connection, {
    ownKeys: () => Reflect.ownKeys(Object.getPrototypeOf(connection) as object),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function ifUnavailable(error: unknown): undefined {
  if (!(error instanceof Unavailable) && !(error instanceof AggregateError)) throw error;
  return undefined;
}

/** Asks until somebody leads. */
async function served<R>(ask: () => Promise<R> | undefined): Promise<R> {
  const end = performance.now() + SERVED_SOON;
  for (;;) {
    const reply = await ask()?.catch(ifUnavailable);
    if (reply !== undefined) return reply;
    if (performance.now() > end) throw new Error('nobody comes to lead');
    await delay(10);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + SERVED_SOON;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it does not become so');
    await delay(5);
  }
}
