import { dataFolder } from '../../adapters/embedded/data-folder.ts';
import type { RedisConnection } from '../../adapters/redis/connection/connection.ts';
import { redisLeases } from '../../adapters/redis/leases.ts';
import type { SqlConnection } from '../../adapters/sql/database.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { systemDigest } from '../../adapters/system/digest.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { roomsOnRedis } from '../../compose/rooms-on-redis.ts';
import { type Config, readConfig } from '../../config.ts';
import { SECOND } from '../../core/clock.ts';
import { isRefusal } from '../../core/refusal.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { openLedger } from '../../open-ledger.ts';
import { openRedis } from '../../open-redis.ts';
import type { WaitingRoomStore } from '../../waiting-room/ports/waiting-room-store.ts';
import type { RoomTerms } from '../../waiting-room/terms.ts';
import { type BackEnds, backEndsName, environmentOf } from './back-ends.ts';
import type { Finding } from './finding.ts';
import { median } from './rounds.ts';
import { subfolder, withFolder } from './servers.ts';

const CROWD = 20_000;
const AT_ONCE = 1_000;
const LOOKS = 500;
const LEASE_TERM = 5 * SECOND;
const LOOK_AGAIN_MILLIS = 5;

interface Node {
  store: WaitingRoomStore;
  close(): Promise<void>;
}

/** A room of two nodes, both in this process and on its one thread: what is asked goes over Redis all the same. */
export function benchLedRoom(backEnds: BackEnds, terms: RoomTerms): Promise<Finding[]> {
  return withFolder(async (folder) => {
    const config = configOf(await subfolder(folder, 'rooms'), backEnds);
    const data = dataFolder(config.dataDir);
    const ledger = await openLedger(config, { folder: data, clock: systemClock(), random: systemRandom() });
    const nodes = [await openNode(config, ledger.connection), await openNode(config, ledger.connection)];
    try {
      return await measure(nodes as [Node, Node], { name: backEndsName(backEnds), terms });
    } finally {
      for (const node of nodes) await node.close();
      await ledger.close();
      data.release();
    }
  });
}

function configOf(dataDir: string, backEnds: BackEnds): Config {
  const read = readConfig({ ...environmentOf(backEnds), DATA_DIR: dataDir });
  if ('errors' in read) throw new Unavailable(read.errors.join('; '));
  return read.config;
}

async function openNode(config: Config, ledger: SqlConnection): Promise<Node> {
  const connection = (await openRedis(config)) as RedisConnection;
  const [clock, random] = [systemClock(), systemRandom()];
  const leases = redisLeases({ connection, random, termMillis: LEASE_TERM });
  const announcements = {
    placesMoved: () => undefined,
    roomChanged: () => undefined,
    missed: () => undefined,
  };
  const needs = { connection, leases, clock, random, ledger };
  const rooms = roomsOnRedis(needs, { digest: systemDigest(), announcements });
  return {
    store: rooms.store,
    async close() {
      await rooms.close();
      connection.close();
    },
  };
}

async function measure(
  [lead, other]: [Node, Node],
  { name, terms }: { name: string; terms: RoomTerms },
): Promise<Finding[]> {
  const eventId = Date.now();
  const fresh = { secret: 'aa', nonceKey: 'bb', commitment: 'cc', beaconSource: null };
  await lead.store.execute({ type: 'establish', eventId, fresh });
  await served(() => other.store.head(eventId));
  const join = (store: WaitingRoomStore) => (at: number) =>
    store.execute({ type: 'join', eventId, userId: `user-${at}`, lane: 'normal', terms, pollMillis: 0 });
  const look = (at: number) =>
    other.store.execute({ type: 'show_up', eventId, userId: `user-${at}`, terms, pollMillis: 0 });
  const joinsHere = await perSecond(join(lead.store), 0);
  const joinsThere = await perSecond(join(other.store), CROWD);
  const looksThere = await perSecond(look, CROWD);
  const millis: number[] = [];
  for (let at = 0; at < LOOKS; at++) {
    const start = performance.now();
    await look(at);
    millis.push(performance.now() - start);
  }
  const handedOver = performance.now();
  await lead.close();
  await served(() => other.store.head(eventId));
  const takenOver = performance.now() - handedOver;
  const figure = (what: string, value: number, unit: string) => ({
    goal: 4,
    what: `${name}: ${what}`,
    value,
    unit,
  });
  return [
    figure('joins at the lead, in the ledger before their answer', joinsHere, 'per s'),
    figure('joins asked of another node', joinsThere, 'per s'),
    figure('status asked of another node', looksThere, 'per s'),
    figure('one status asked of another node', median(millis), 'ms'),
    figure(`the room of ${2 * CROWD} people, from one lead’s end to the next one’s answer`, takenOver, 'ms'),
  ];
}

/** A thousand ask at a time. */
async function perSecond(ask: (at: number) => Promise<unknown>, from: number): Promise<number> {
  const start = performance.now();
  for (let at = from; at < from + CROWD; at += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, (_, each) => ask(at + each));
    for (const reply of await Promise.all(asked)) if (isRefusal(reply)) throw new Error(reply.refused);
  }
  return (CROWD * 1_000) / (performance.now() - start);
}

async function served<R>(ask: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MILLIS));
    }
  }
}
