import { dataFolder } from '../../adapters/embedded/data-folder.ts';
import { groupCommitter } from '../../adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../adapters/sql/commits/independent-committer.ts';
import { blockIds } from '../../adapters/sql/ids.ts';
import { sqlRequestLedger } from '../../adapters/sql/requests/request-ledger.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { inProcess } from '../../compose/in-process.ts';
import { onRedis } from '../../compose/on-redis.ts';
import type { Config } from '../../config.ts';
import { Once } from '../../core/command.ts';
import { openLedger } from '../../opening/ledger.ts';
import { openRedis } from '../../opening/redis.ts';
import { serveRequests } from '../../request-queue/jobs.ts';
import { Pace } from '../../request-queue/pace.ts';
import type { Seats } from '../../request-queue/ports/seats.ts';
import { RequestQueueService } from '../../request-queue/service.ts';
import { RequestWorker } from '../../request-queue/worker.ts';

/** Whose requests are answered at once: so what is measured is the queue, and not the seats behind it. */
const ANSWERED: Seats = {
  refusalOf: () => undefined,
  taken: async () => new Map(),
  hold: async () => ({ reservationIds: [1], amount: 10_000, expiresAt: Number.MAX_SAFE_INTEGER }),
};

export interface QueueAlone {
  requests: RequestQueueService;
  close(): Promise<void>;
}

/** The request queue on what the configuration names, without a sale behind it. */
export async function openQueueAlone(config: Config): Promise<QueueAlone> {
  const closings: (() => unknown)[] = [];
  const close = async () => {
    for (let last = closings.pop(); last; last = closings.pop()) await last();
  };
  const folder = dataFolder(config.dataDir);
  closings.push(() => folder.release());
  const [clock, random] = [systemClock(), systemRandom()];
  const ledger = await openLedger(config, { folder, clock, random });
  closings.push(() => ledger.close());
  const redis = await openRedis(config);
  if (redis) closings.push(() => redis.close());
  const database = redis ? independentCommitter(ledger.connection) : groupCommitter(ledger.connection);
  closings.push(() => database.settled());
  const standing = { clock, random, database, lockTimeoutSeconds: config.backEnds.lockTimeoutSeconds };
  const ground = redis
    ? onRedis({ ...standing, connection: redis, ledger: ledger.connection })
    : inProcess(standing);
  closings.push(() => ground.close());

  const { max, maxPerEvent, maxPerUser, starvationBound, batch, attempts } = config.queue;
  const limits = { inAll: max, perEvent: maxPerEvent, perBuyer: maxPerUser };
  const store = ground.requestStore({ limits, starvationBound, dequeues: undefined });
  const { requestDelivery: delivery, requestNews: news } = ground;
  const pace = new Pace();
  const requests = new RequestQueueService({
    queue: store,
    enquiries: store,
    ledger: sqlRequestLedger(database),
    delivery,
    seats: ANSWERED,
    news,
    pace,
    listed: 1,
    ids: await blockIds(database, clock, random),
    once: new Once({ find: async () => undefined }),
  });
  const worker = new RequestWorker({
    claims: store,
    seats: ANSWERED,
    standing: { refusalOf: () => undefined },
    news,
    delivery,
    pace,
    clock,
    limits: { batch, attempts, waitMillis: Number.MAX_SAFE_INTEGER },
  });
  closings.push(serveRequests(delivery, worker));
  return { requests, close };
}
