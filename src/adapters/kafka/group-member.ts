import { setTimeout as pause } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import { clientOptions, type KafkaLimits, type KafkaOptions } from './options.ts';

/** Parting may be refused by a broker that does not answer; the group finds out by itself. */
const PARTING_MILLIS = 2_000;
/** A read of nothing new waits for something so long. */
const WAIT_MILLIS = 500;
const BYTES_MAX = 1_048_576;
const EARLIEST = -2n;
const LATEST = -1n;

export interface FetchedRecord {
  partition: number;
  offset: bigint;
  key: string;
  value: string;
  headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  at: number;
}

/** What was read of a partition, and where its next read begins. */
export interface Fetched {
  partition: number;
  records: readonly FetchedRecord[];
  next: bigint;
}

/**
 * A member of a consumer group, as long as nothing fails. Reads wait on a connection of their own, or heartbeats and
 * commits would wait behind them.
 */
export class GroupMember {
  readonly topic: string;
  readonly #consumer: Consumer;
  readonly #fetcher: Consumer;
  #onChange: (error: Error | undefined) => void = () => undefined;
  /** What failed while nobody looked. */
  #failure: Error | undefined;

  private constructor(topic: string, consumer: Consumer, fetcher: Consumer) {
    this.topic = topic;
    this.#consumer = consumer;
    this.#fetcher = fetcher;
    for (const each of [consumer, fetcher]) {
      each.topics.track(topic);
      each.on('error', (error: Error) => {
        this.#failure = error;
        this.#onChange(error);
      });
    }
    consumer.on('consumer:group:join', () => this.#onChange(undefined));
  }

  static async join(
    { topic, group }: { topic: string; group: string },
    { options, limits }: { options: KafkaOptions; limits: KafkaLimits },
  ): Promise<GroupMember> {
    const { sessionMillis, heartbeatMillis, requestMillis } = limits;
    const rebalanceMillis = sessionMillis * 2;
    const settings = {
      ...clientOptions(options, limits),
      groupId: group,
      sessionTimeout: sessionMillis,
      heartbeatInterval: heartbeatMillis,
      rebalanceTimeout: rebalanceMillis,
      autocommit: false,
    };
    // Joining is answered when the other members have joined anew.
    const patient = { ...settings, requestTimeout: rebalanceMillis + requestMillis };
    const member = new GroupMember(topic, new Consumer(patient), new Consumer(settings));
    try {
      await member.#consumer.joinGroup({});
      return member;
    } catch (error) {
      await member.leave();
      throw error;
    }
  }

  /** Grows with each change of the shares. */
  get generation(): number {
    return this.#consumer.generationId;
  }

  /** Told when the shares have changed, or of what ended the membership. */
  whenChanged(listener: (error: Error | undefined) => void): void {
    this.#onChange = listener;
    if (this.#failure) listener(this.#failure);
  }

  /** Where each partition of the share goes on: behind what the group committed, or at the first record there is. */
  async positions(): Promise<Map<number, bigint>> {
    const { topic } = this;
    const partitions = this.#consumer.assignments?.find((each) => each.topic === topic)?.partitions ?? [];
    if (partitions.length === 0) return new Map();
    const consumer = this.#consumer;
    const committed = (await consumer.listCommittedOffsets({ topics: [{ topic, partitions }] })).get(topic);
    const first = (await consumer.listOffsets({ topics: [topic], timestamp: EARLIEST })).get(topic);
    const last = (await consumer.listOffsets({ topics: [topic], timestamp: LATEST })).get(topic);
    return new Map(
      partitions.map((partition) => {
        const [earliest, latest] = [first?.[partition] ?? 0n, last?.[partition] ?? 0n];
        const position = committed?.[partition] ?? -1n;
        return [partition, position < earliest || position > latest ? earliest : position];
      }),
    );
  }

  /** What there is at these positions, in order; waits a moment if there is nothing. */
  async fetch(positions: ReadonlyMap<number, bigint>): Promise<Fetched[]> {
    const { topic } = this;
    const found = (await this.#fetcher.metadata({ topics: [topic] })).topics.get(topic);
    if (!found) throw new Error(`there is no topic ${topic}`);
    const byLeader = new Map<number, [number, bigint][]>();
    for (const [partition, position] of positions) {
      const leader = found.partitions[partition]?.leader ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), [partition, position]]);
    }
    const fetched = await Promise.all(
      [...byLeader].map(([node, wanted]) => this.#fetchFrom(node, found.id, wanted)),
    );
    return fetched.flat();
  }

  async commit(positions: ReadonlyMap<number, bigint>): Promise<void> {
    const offsets = [...positions].map(([partition, offset]) => ({
      topic: this.topic,
      partition,
      offset,
      leaderEpoch: -1,
    }));
    await this.#consumer.commit({ offsets });
  }

  async leave(): Promise<void> {
    this.#onChange = () => undefined;
    await atMost(PARTING_MILLIS, async () => this.#consumer.leaveGroup(true));
    // Else the library would ask to part once more before it lets go of its connections.
    this.#consumer.memberId = null;
    const both = [this.#consumer, this.#fetcher];
    await Promise.all(both.map((each) => atMost(PARTING_MILLIS, async () => each.close(true))));
  }

  async #fetchFrom(node: number, topicId: string, wanted: readonly [number, bigint][]): Promise<Fetched[]> {
    const partitions = wanted.map(([partition, fetchOffset]) => ({
      partition,
      fetchOffset,
      partitionMaxBytes: BYTES_MAX,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    }));
    const { responses } = await this.#fetcher.fetch({
      node,
      maxWaitTime: WAIT_MILLIS,
      minBytes: 1,
      maxBytes: BYTES_MAX,
      topics: [{ topicId, partitions }],
    });
    const asked = new Map(wanted);
    return responses.flatMap((topic) =>
      topic.partitions.map(({ partitionIndex, records }) =>
        fetchedOf(partitionIndex, asked.get(partitionIndex) ?? 0n, records ?? []),
      ),
    );
  }
}

/** Whatever comes of it. */
async function atMost(millis: number, task: () => Promise<void>): Promise<void> {
  const patience = new AbortController();
  const tooLate = pause(millis, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([task().catch(() => undefined), tooLate]);
  patience.abort();
}

type Batches = NonNullable<
  Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number]['records']
>;
const IS_CONTROL = 0b100000;

/** A batch is sent whole, so its first records may be older than what was asked for. */
function fetchedOf(partition: number, position: bigint, batches: Batches): Fetched {
  let next = position;
  const records: FetchedRecord[] = [];
  for (const { firstOffset, lastOffsetDelta, firstTimestamp, attributes, records: inside } of batches) {
    const end = firstOffset + BigInt(lastOffsetDelta) + 1n;
    if (end > next) next = end;
    if (attributes & IS_CONTROL) continue;
    for (const { offsetDelta, timestampDelta, key, value, headers } of inside) {
      const offset = firstOffset + BigInt(offsetDelta);
      if (offset < position) continue;
      const named = headers.map(([name, text]) => [name?.toString() ?? '', text?.toString() ?? '']);
      records.push({
        partition,
        offset,
        key: key?.toString() ?? '',
        value: value?.toString() ?? '',
        headers: Object.fromEntries(named),
        at: Number(firstTimestamp + timestampDelta),
      });
    }
  }
  return { partition, records, next };
}
