import { compatibilityPartitioner, Producer } from '@platformatic/kafka';
import { Unavailable } from '../../core/unavailable.ts';
import { failed } from './failures.ts';
import { clientOptions, type KafkaLimits, type KafkaOptions } from './options.ts';
import type { Topics } from './topics.ts';

/** Texts, as they are written. */
export interface RecordToSend {
  topic: string;
  key: string;
  value: string;
  headers: Readonly<Record<string, string>>;
}

const WAITING_MAX = 100_000;
const AT_ONCE = 5_000;
/** All may be of one partition, and a broker takes a megabyte of one at a time. */
const BYTES_AT_ONCE = 500_000;
/** A topic that was just made, or has a new leader, is refused for a moment. */
const TRIES = 5;

interface Call {
  records: readonly RecordToSend[];
  done: () => void;
  fail: (error: Unavailable) => void;
}

/**
 * Writes in the order of the calls, acknowledged by all replicas in sync, one request at a time: what comes meanwhile
 * shares the next. The producer is idempotent, and replaced after a failure, which leaves its numbering unsure.
 */
export class Sender {
  readonly #options: KafkaOptions;
  readonly #limits: KafkaLimits;
  readonly #topics: Topics;
  #producer: Producer | undefined;
  #waiting: Call[] = [];
  #recordsWaiting = 0;
  #sending: Promise<void> | undefined;

  constructor(options: KafkaOptions, limits: KafkaLimits, topics: Topics) {
    this.#options = options;
    this.#limits = limits;
    this.#topics = topics;
  }

  /** Resolves when the brokers keep the records. Throws Unavailable, indefinite unless too many wait. */
  send(records: readonly RecordToSend[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (this.#recordsWaiting + records.length > WAITING_MAX)
      return Promise.reject(new Unavailable('too many messages wait for Kafka'));
    this.#recordsWaiting += records.length;
    return new Promise((done, fail) => {
      this.#waiting.push({ records, done, fail });
      this.#sending ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#sending;
    await this.#drop();
  }

  async #drain(): Promise<void> {
    await undefined;
    while (this.#waiting.length > 0) {
      const calls = this.#take();
      try {
        for (const chunk of chunksOf(calls.flatMap(({ records }) => records))) await this.#write(chunk);
        for (const { done } of calls) done();
      } catch (error) {
        await this.#drop();
        for (const { fail } of calls) fail(failed(error));
      }
    }
    this.#sending = undefined;
  }

  #take(): Call[] {
    let records = 0;
    let calls = 0;
    for (const call of this.#waiting) {
      if (calls > 0 && records + call.records.length > AT_ONCE) break;
      records += call.records.length;
      calls++;
    }
    this.#recordsWaiting -= records;
    return this.#waiting.splice(0, calls);
  }

  async #write(records: readonly RecordToSend[]): Promise<void> {
    const expected = new Set<string>();
    const messages = [];
    for (const { topic, key, value, headers } of records) {
      const partition = await this.#partitionOf(topic, key);
      expected.add(`${topic} ${partition}`);
      const named = Object.entries(headers).map(([name, text]) => [bytes(name), bytes(text)] as const);
      messages.push({
        topic,
        partition,
        key: bytes(key),
        value: bytes(value),
        headers: new Map(named),
      });
    }
    this.#producer ??= new Producer({
      ...clientOptions(this.#options, this.#limits),
      idempotent: true,
      acks: -1,
      retries: TRIES,
      retryDelay: this.#limits.retryMillis / 2,
    });
    const { offsets = [] } = await this.#producer.send({ messages });
    // A partition is written as a whole; one that is not among the answers was not.
    for (const { topic, partition } of offsets) expected.delete(`${topic} ${partition}`);
    if (expected.size > 0) throw new Error(`not acknowledged: ${[...expected].slice(0, 5).join(', ')}`);
  }

  /** As Kafka's own client spreads keys. */
  async #partitionOf(topic: string, key: string): Promise<number> {
    const partitions = await this.#topics.partitions(topic);
    return compatibilityPartitioner({ topic }, bytes(key)) % partitions;
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    try {
      await producer?.close(true);
    } catch {
      // It had no connection any more.
    }
  }
}

/** In order, each small enough for one request. */
function* chunksOf(records: readonly RecordToSend[]): Generator<RecordToSend[]> {
  let chunk: RecordToSend[] = [];
  let size = 0;
  for (const record of records) {
    const { key, value, headers } = record;
    const own = Buffer.byteLength(key + value) + Buffer.byteLength(Object.entries(headers).join());
    if (chunk.length > 0 && size + own > BYTES_AT_ONCE) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(record);
    size += own;
  }
  yield chunk;
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}
