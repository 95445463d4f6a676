import { Admin } from '@platformatic/kafka';
import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { withinTime } from '../../core/time-limit.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { failed, innermost } from './failures.ts';
import { GroupReader, type GroupReading } from './group-reader.ts';
import { clientOptions, KAFKA_LIMITS, type KafkaOptions } from './options.ts';
import { type RecordToSend, Sender } from './sender.ts';
import { tlsTrouble } from './tls-trouble.ts';
import { Topics } from './topics.ts';

/** Brokers that answered once; what is lost comes back by itself. */
export interface KafkaConnection {
  /** See Sender. */
  send(records: readonly RecordToSend[]): Promise<void>;
  /** Reads until it is closed. */
  read(reading: GroupReading): GroupReader;
  /** Throws Unavailable, with the reason, when no broker answers now, or a reader has not been served for long. */
  check(): Promise<void>;
  /** Closes what reads first, then what writes. */
  close(): Promise<void>;
}

const LOOK_MILLIS: Millis = 3 * SECOND;
/** A reader that cannot read for so long is more than shares that change. */
const READER_MILLIS: Millis = 30 * SECOND;

/** Connects and checks. Throws Unavailable with one sentence that names what to change. */
export async function kafkaConnection(options: KafkaOptions, clock: Clock): Promise<KafkaConnection> {
  const limits = { ...KAFKA_LIMITS, ...options.limits };
  const admin = new Admin(clientOptions(options, limits));
  const topics = new Topics(admin);
  const sender = new Sender(options, limits, topics);
  const readers = new Set<GroupReader>();
  const look = () => withinTime(clock, LOOK_MILLIS, () => admin.metadata({ topics: [], forceUpdate: true }));
  try {
    await look();
  } catch (error) {
    await quietly(() => admin.close());
    throw unreached(options, error);
  }
  return {
    send: (records) => sender.send(records),
    read(reading) {
      const partitions = () => topics.partitions(reading.topic);
      const reader = new GroupReader(reading, { options, limits, partitions });
      readers.add(reader);
      void reader.ended.then(() => readers.delete(reader));
      return reader;
    },
    async check() {
      try {
        // The first may only find out that an old connection is broken.
        await look().catch(look);
      } catch (error) {
        throw failed(error);
      }
      const [trouble] = [...readers].flatMap((reader) => reader.troubleFor(READER_MILLIS) ?? []);
      if (trouble) throw new Unavailable(`Kafka does not serve ${trouble}`);
    },
    async close() {
      await Promise.all([...readers].map((reader) => reader.close()));
      await sender.close();
      await quietly(() => admin.close());
    },
  };
}

async function quietly(task: () => unknown): Promise<void> {
  try {
    await task();
  } catch {
    // It had no connection any more.
  }
}

function unreached({ brokers, login, tls }: KafkaOptions, cause: unknown): Unavailable {
  const why = innermost(cause);
  const at = brokers.join(', ');
  const trouble = tlsTrouble(cause, { at, isTls: tls !== undefined });
  if (trouble !== undefined) return new Unavailable(trouble, { cause });
  if (/auth/i.test(why) && login)
    return new Unavailable(
      `Kafka at ${at} refuses the login (${why}): look at KAFKA_USERNAME and KAFKA_PASSWORD`,
      {
        cause,
      },
    );
  const orTls = tls
    ? ', and KAFKA_TLS=off if it speaks none'
    : ', and KAFKA_TLS=verify if it speaks nothing else';
  return new Unavailable(`no Kafka can be used at ${at} (${why}): look at KAFKA_BROKERS${orTls}`, { cause });
}
