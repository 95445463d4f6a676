import { type DataFolder, dataFolder } from '../adapters/embedded/data-folder.ts';
import { smtpMailer } from '../adapters/mail/smtp.ts';
import { redisClock } from '../adapters/redis/clock.ts';
import { serveOneLedger } from '../adapters/redis/one-ledger.ts';
import { groupCommitter } from '../adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../adapters/sql/commits/independent-committer.ts';
import type { Database, SqlConnection } from '../adapters/sql/database.ts';
import { latestTime, timeMark } from '../adapters/sql/ledger/latest-time.ts';
import { ledgerName } from '../adapters/sql/ledger/ledger-name.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import type { TokenKey } from '../adapters/system/seals.ts';
import { chosenBus, chosenDelivery } from '../compose/chosen-carriers.ts';
import { chosenIntake } from '../compose/editions/train-intake.ts';
import { inProcess } from '../compose/in-process.ts';
import { tracedBus, tracedConnection, tracedDatabase, tracedMailer } from '../compose/traced.ts';
import { composeSale, type Sale } from '../compose.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Locks } from '../core/locks.ts';
import type { Random } from '../core/random.ts';
import type { Tracer } from '../core/tracer.ts';
import type { SpendingNews } from '../http/ports/spending-news.ts';
import type { StreamTicketStore } from '../http/ports/stream-ticket-store.ts';
import { timeCalls } from '../telemetry/call-metrics.ts';
import { figuresOn } from '../telemetry/figures.ts';
import type { Log } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { countMoves } from '../telemetry/seat-metrics.ts';
import { openTraces, type Traces } from '../telemetry/traces.ts';
import type { Mailer } from '../ticket/ports/mailer.ts';
import { VERSION } from '../version.ts';
import { type BackEndHealth, backEndHealth } from './health.ts';
import { openKafka } from './kafka.ts';
import { openLedger } from './ledger.ts';
import { openRedis } from './redis.ts';

/** The sale on what the configuration names; with nothing named, on this machine's data folder. */
export interface OpenedSale {
  sale: Sale;
  folder: DataFolder;
  clock: Clock;
  random: Random;
  locks: Locks;
  streamTickets: StreamTicketStore;
  spendingNews: SpendingNews | undefined;
  /** Undefined where nothing is traced. */
  traces: Traces | undefined;
  /** Whether what the sale stands on answers, by name. */
  health(): Promise<BackEndHealth[]>;
  /** Waits for what is being written, and lets go of everything. */
  close(): Promise<void>;
}

/** Throws Unavailable with a sentence for the operator: folder in use, file damaged, server not to be reached. */
export async function openSale(config: Config, watching: Watching): Promise<OpenedSale> {
  const opened: { close(): unknown }[] = [];
  const close = async () => {
    for (let last = opened.pop(); last; last = opened.pop()) await last.close();
  };
  try {
    return await open(config, { ...watching, opened, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who looks on. */
export interface Watching {
  metrics: Metrics;
  log: Log;
}

interface Opening extends Watching {
  /** What must be closed, the latest first. */
  opened: { close(): unknown }[];
  close(): Promise<void>;
}

async function open(config: Config, { metrics, log, opened, close }: Opening): Promise<OpenedSale> {
  const folder = dataFolder(config.dataDir);
  opened.push({ close: () => folder.release() });
  const random = systemRandom();
  const ledger = await openLedger(config, { folder, clock: systemClock(), random });
  opened.push(ledger);
  const warn = (message: string) => log.warn(message);
  const tracer = await openTraces(config, { clock: systemClock(), version: VERSION, warn });
  if (tracer) opened.push(tracer);
  const inTime = timed(ledger.connection, metrics);
  const connection = tracer ? tracedConnection(inTime, tracer) : inTime;
  const redis = await openRedis(config);
  if (redis) {
    opened.push(redis);
    await serveOneLedger(redis, await ledgerName(connection, random.below(2 ** 32)));
  }
  const notBefore = await latestTime(connection);
  const followed = redis && (await redisClock(redis, { own: systemClock(), notBefore }));
  if (followed) opened.push({ close: () => followed.stop() });
  const clock = followed ?? systemClock({ notBefore });

  const onCommit = (calls: number) => metrics.commitCommands.observe(calls);
  const mark = () => timeMark(clock.now());
  const committer = redis
    ? independentCommitter(connection, { onCommit })
    : groupCommitter(connection, { onCommit, mark });
  opened.push({ close: () => committer.settled() });
  const database = tracer ? tracedDatabase(committer, tracer) : committer;
  const { lockTimeoutSeconds } = config.backEnds;
  const kafka = await openKafka(config, clock);
  const requestDelivery = chosenDelivery(config.queue.backend, { kafka, clock, database });
  const bus = chosenBus(config.backEnds.bus, { kafka, clock, database });
  const standing = { clock, random, database, lockTimeoutSeconds, requestDelivery, bus };
  const grounds = redis
    ? (await import('../compose/on-redis.ts')).onRedis({ connection: redis, ledger: connection, ...standing })
    : inProcess(standing);
  opened.push(grounds);
  // What reads from it ends before what it hands over to.
  if (kafka) opened.push(kafka);
  const ground = tracer ? { ...grounds, bus: tracedBus(grounds.bus, tracer) } : grounds;

  const sale = await composeSale({
    config,
    clock,
    random,
    database,
    ground,
    replica: ledger.replica,
    roles: config.roles.here,
    tokenKeys: tokenKeysOf(config, folder, random),
    ticketKeys: config.tickets.keys ?? folder.secret('ticket-keys', () => random.hex(32)),
    ticketTimeZone: config.tickets.timeZone,
    mailer: mailerOf(config, { database, tracer }),
    tracer,
    trainIntake: chosenIntake(config, { kafka, clock, database, bus: ground.bus }),
    listener: { ...countMoves(metrics), ...timeCalls(metrics) },
    show: figuresOn(metrics, clock),
    warn,
  });
  const health = backEndHealth({ connection, redis, kafka }, clock);
  const { locks, streamTickets, spendingNews } = ground;
  return { sale, folder, clock, random, locks, streamTickets, spendingNews, health, traces: tracer, close };
}

function mailerOf(
  { tickets: { smtpUrl, mailFrom } }: Config,
  { database, tracer }: { database: Database; tracer: Tracer | undefined },
): Mailer | undefined {
  if (smtpUrl === undefined) return undefined;
  const mailer = smtpMailer({ url: smtpUrl, from: mailFrom });
  return tracer ? tracedMailer(mailer, database, tracer) : mailer;
}

/** Kept where the data are, so that nobody in line loses his place or his session when the program starts again. */
function tokenKeysOf({ waitingRoom }: Config, folder: DataFolder, random: Random): readonly TokenKey[] {
  if (waitingRoom.tokenKeys.length > 0) return waitingRoom.tokenKeys;
  return [
    {
      kid: 'kept',
      key: Buffer.from(
        folder.secret('token-key', () => random.hex(32)),
        'hex',
      ),
    },
  ];
}

/** The same connection, with the time of each commit in the metrics. */
function timed(connection: SqlConnection, { commitSeconds }: Metrics): SqlConnection {
  return {
    ...connection,
    async transact(batch) {
      const done = commitSeconds.startTimer();
      await connection.transact(batch);
      done();
    },
  };
}
