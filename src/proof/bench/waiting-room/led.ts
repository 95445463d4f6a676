import { dataFolder } from '../../../adapters/embedded/data-folder.ts';
import type { RedisConnection } from '../../../adapters/redis/connection/connection.ts';
import { redisLeases } from '../../../adapters/redis/leases.ts';
import type { SqlConnection } from '../../../adapters/sql/database.ts';
import { systemClock } from '../../../adapters/system/clock.ts';
import { systemDigest } from '../../../adapters/system/digest.ts';
import { systemRandom } from '../../../adapters/system/random.ts';
import { roomsOnRedis } from '../../../compose/rooms-on-redis.ts';
import { type Config, readConfig } from '../../../config.ts';
import { SECOND } from '../../../core/clock.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { openLedger } from '../../../opening/ledger.ts';
import { openRedis } from '../../../opening/redis.ts';
import type { WaitingRoomService } from '../../../waiting-room/service.ts';
import { type BackEnds, backEndsName, environmentOf } from '../back-ends.ts';
import type { Finding } from '../finding.ts';
import { median } from '../rounds.ts';
import { subfolder, withFolder } from '../servers.ts';
import {
  ASKED,
  type BenchedRooms,
  CROWD,
  joinAll,
  open,
  roomsOn,
  SMALL_CROWD,
  statusInBoth,
  UNHEARD,
} from './crowd.ts';
import { bytesInUse } from './memory.ts';

const LOOKS = 500;
const LEASE_TERM = 5 * SECOND;
const LOOK_AGAIN_MILLIS = 5;

interface Node {
  rooms: BenchedRooms;
  close(): Promise<void>;
}

/** A room of two nodes, both in this process and on its one thread: what is asked goes over Redis all the same. */
export function benchLedRoom(backEnds: BackEnds): Promise<Finding[]> {
  return withFolder(async (folder) => {
    const config = configOf(await subfolder(folder, 'rooms'), backEnds);
    const data = dataFolder(config.dataDir);
    const ledger = await openLedger(config, { folder: data, clock: systemClock(), random: systemRandom() });
    const nodes = [await openNode(config, ledger.connection), await openNode(config, ledger.connection)];
    try {
      return await measure(nodes as [Node, Node], backEndsName(backEnds));
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
  const needs = { connection, leases, clock, random, ledger };
  const here = roomsOnRedis(needs, { digest: systemDigest(), announcements: UNHEARD });
  return {
    rooms: roomsOn(here.store),
    async close() {
      await here.close();
      connection.close();
    },
  };
}

async function measure([lead, other]: [Node, Node], name: string): Promise<Finding[]> {
  // The database may know rooms of an earlier run.
  const rooms = { small: Date.now(), large: Date.now() + 1 };
  await joinAll(lead.rooms.service, rooms.small, [0, SMALL_CROWD]);
  await open(lead.rooms, rooms.small);
  const before = bytesInUse();
  const firstJoins = await joinAll(lead.rooms.service, rooms.large, [0, SMALL_CROWD]);
  await joinAll(lead.rooms.service, rooms.large, [SMALL_CROWD, CROWD - 2 * ASKED]);
  const lastJoins = await joinAll(lead.rooms.service, rooms.large, [CROWD - 2 * ASKED, CROWD - ASKED]);
  const joinsThere = await joinAll(other.rooms.service, rooms.large, [CROWD - ASKED, CROWD]);
  const memory = (bytesInUse() - before) / CROWD;
  await open(lead.rooms, rooms.large);
  const status = await statusInBoth(other.rooms.service, rooms);
  const oneStatus = await millisOfOne(other.rooms.service, rooms.large);
  const handover = await secondsOfHandover([lead, other], rooms.large);
  const figure = (what: string, value: number, unit: string, atMost?: number): Finding => ({
    goal: 4,
    what: `${name}: ${what}`,
    value,
    unit,
    ...(atMost !== undefined && { wanted: { atMost } }),
  });
  return [
    figure('memory per person of a million in line, at the lead', memory, 'bytes', 200),
    figure('join, a million beside ten thousand in line', lastJoins.micros / firstJoins.micros, '×', 2),
    figure('status, a million beside ten thousand', status.large.micros / status.small.micros, '×', 2),
    figure('joins at the lead, in the ledger before their answer', lastJoins.perSecond, 'per s'),
    figure('joins asked of another node', joinsThere.perSecond, 'per s'),
    figure('status asked of another node', status.large.perSecond, 'per s'),
    figure('one status asked of another node', oneStatus, 'ms'),
    figure('the room of a million, from one lead’s end to the next one’s answer', handover, 's'),
  ];
}

async function millisOfOne(service: WaitingRoomService, eventId: number): Promise<number> {
  const millis: number[] = [];
  for (let at = 0; at < LOOKS; at++) {
    const start = performance.now();
    await service.status(eventId, `user-${at}`);
    millis.push(performance.now() - start);
  }
  return median(millis);
}

async function secondsOfHandover([lead, other]: [Node, Node], eventId: number): Promise<number> {
  const start = performance.now();
  await lead.close();
  await served(() => other.rooms.store.head(eventId));
  return (performance.now() - start) / SECOND;
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
