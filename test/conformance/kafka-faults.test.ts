import { setTimeout as delay } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KafkaConnection, kafkaConnection } from '../../src/adapters/kafka/connection.ts';
import { kafkaEventBus } from '../../src/adapters/kafka/event-bus.ts';
import { kafkaRequestDelivery } from '../../src/adapters/kafka/request-delivery.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { DeadLetter, EventBus, Message } from '../../src/core/message.ts';
import type { SeatRequest } from '../../src/request-queue/request.ts';
import { followOrders } from '../../src/ticket/consumers.ts';
import { componentPresent } from '../backends/registry.ts';
import { KAFKA_LOGIN, type KafkaServer, kafkaServer } from '../backends/servers/kafka.ts';
import type { TcpProxy } from '../backends/tcp-proxy.ts';
import { eventually } from '../system/eventually.ts';
import { messageOf, ticketDesk } from '../unit/ticket/desk.ts';
import { orderOf } from '../unit/ticket/tickets.ts';
import { publish } from './event-bus.ts';

const LIMITS = { sessionMillis: 1_500, heartbeatMillis: 200, retryMillis: 100, requestMillis: 1_500 };
const PATIENCE = { seconds: 40 };
let topics = 0;
const newTopic = () => `faults.${++topics}`;
const numbered = (topic: string, from: number, count: number): Message[] =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return { messageId: `${topic} ${n}`, topic, key: `key ${n % 30}`, body: { n }, at: 1 };
  });

describe.runIf(componentPresent('kafka'))('with a Kafka that fails', () => {
  let server: KafkaServer;
  let ways = 0;
  const closings: (() => Promise<void>)[] = [];
  const letters: DeadLetter[] = [];
  const deadLetters = { put: async (letter: DeadLetter) => void letters.push(letter) };
  const clock = systemClock();
  beforeAll(async () => {
    server = await kafkaServer({ ways: 4 });
  });
  beforeEach(() => server.recover());
  afterEach(async () => {
    for (const close of closings.splice(0)) await close();
  });
  afterAll(() => server?.stop());

  const open = async (broker = server.broker): Promise<KafkaConnection> => {
    const connection = await kafkaConnection({ brokers: [broker], limits: LIMITS }, clock);
    closings.push(() => connection.close());
    return connection;
  };
  const busOn = (connection: KafkaConnection) => kafkaEventBus({ connection, clock, deadLetters });
  /** A bus that can be cut off from the broker by itself. */
  const busOnWay = async (): Promise<{ bus: EventBus; way: TcpProxy }> => {
    const way = server.ways[ways++] as TcpProxy;
    return { bus: busOn(await open(`127.0.0.1:${way.port}`)), way };
  };

  it('keeps what it acknowledged, and those who listen get it, over a broker that is killed and comes back', async () => {
    const topic = newTopic();
    const bus = busOn(await open());
    const heard = new Set<string>();
    bus.subscribe(topic, 'counting', ({ messageId }) => void heard.add(messageId), { atOnce: 100 });
    const acknowledged: string[] = [];
    let failures = 0;
    const counted = (error: unknown) => {
      failures++;
      throw error;
    };
    const sending = (async () => {
      for (let from = 0; from < 6_000; from += 200) {
        const batch = numbered(topic, from, 200);
        await publish({ ...bus, publish: (all) => bus.publish(all).catch(counted) }, batch, 1_000);
        acknowledged.push(...batch.map(({ messageId }) => messageId));
        await delay(5);
      }
    })();
    await eventually(() => acknowledged.length > 1_000, true, PATIENCE);
    await server.kill();
    await delay(500);
    await server.start();
    await sending;
    expect(failures).toBeGreaterThan(0);
    expect(acknowledged).toHaveLength(6_000);
    await eventually(() => heard.size, 6_000, PATIENCE);
    expect(await stored(server.broker, topic)).toBeGreaterThanOrEqual(6_000);
  });

  it('stores each message once as long as nothing fails', async () => {
    const topic = newTopic();
    const bus = busOn(await open());
    await publish(bus, numbered(topic, 0, 30));
    const before = await stored(server.broker, topic);
    await Promise.all(Array.from({ length: 20 }, (_, n) => bus.publish(numbered(topic, n * 100, 100))));
    expect((await stored(server.broker, topic)) - before).toBe(2_000);
  });

  it('takes at once what is more than a broker takes at once of one partition', async () => {
    const topic = newTopic();
    const bus = busOn(await open());
    const heard: string[] = [];
    bus.subscribe(topic, 'large', ({ messageId }) => void heard.push(messageId));
    const sent = numbered(topic, 0, 900).map((each) => ({
      ...each,
      key: 'one key',
      body: '말'.repeat(1_000),
    }));
    await publish(bus, sent);
    await eventually(() => heard.length, sent.length, PATIENCE);
    expect(heard).toEqual(sent.map(({ messageId }) => messageId));
  });

  it('has an effect once when the consumer is cut off between the ledger and the offset, and on what comes twice', async () => {
    const desk = await ticketDesk();
    const orders = Array.from({ length: 40 }, (_, n) => orderOf([n + 1], { orderId: 500 + n }));
    for (const order of orders) desk.orders.set(order.orderId, order);
    const sent = orders.map(({ orderId }) => messageOf('CONFIRMED', `m${orderId}`, orderId));
    const [first, second] = [await busOnWay(), await busOnWay()];
    const dealtWith: string[][] = [[], []];
    const listen = ({ bus, way }: { bus: EventBus; way: TcpProxy }, node: 0 | 1) =>
      followOrders(
        {
          publish: bus.publish,
          subscribe: (topic, consumer, handle, options) =>
            bus.subscribe(
              topic,
              consumer,
              async (message) => {
                await handle(message);
                dealtWith[node]?.push(message.messageId);
                // The effect is in the ledger; the broker will never hear of it from here.
                if (node === 0) way.stop();
              },
              options,
            ),
        },
        desk.anotherNode().issuing,
      );
    listen(first, 0);
    const sender = busOn(await open());
    await publish(sender, sent);
    await publish(sender, sent.slice(0, 10));
    await eventually(
      () => dealtWith[0]?.length ?? 0,
      (count) => count > 0,
      PATIENCE,
    );
    listen(second, 1);
    await eventually(() => new Set(dealtWith[1]).size, sent.length, PATIENCE);
    for (const { orderId } of orders) {
      const { issue, tickets } = await desk.store.ofOrder(orderId);
      expect(issue?.version).toBe(1);
      expect(tickets).toHaveLength(1);
      expect(await desk.store.history((tickets[0] as (typeof tickets)[0]).id, 9)).toHaveLength(1);
    }
    first.way.heal();
  });

  it('refuses within its time while the broker is frozen, and goes on by itself', async () => {
    const topic = newTopic();
    const connection = await open();
    const bus = busOn(connection);
    const heard: string[] = [];
    bus.subscribe(topic, 'patient', ({ messageId }) => void heard.push(messageId));
    await publish(bus, numbered(topic, 0, 1));
    await eventually(() => heard.length, 1, PATIENCE);
    server.freeze();
    // It has many threads, and what one of them is at may still be answered.
    await delay(300);
    const asked = Promise.allSettled([bus.publish(numbered(topic, 1, 1)), connection.check()]);
    const refusals = await asked.finally(() => server.thaw());
    for (const refusal of refusals) expect(refusal).toMatchObject({ reason: { name: 'Unavailable' } });
    await eventually(
      () =>
        bus.publish(numbered(topic, 2, 1)).then(
          () => 'published',
          () => 'refused',
        ),
      'published',
      PATIENCE,
    );
    await eventually(() => heard.at(-1), `${topic} 2`, PATIENCE);
    await expect(connection.check()).resolves.toBeUndefined();
  });

  it('lets in who logs in rightly, and tells the others what to look at', async () => {
    const brokers = [server.guarded];
    const connection = await kafkaConnection({ brokers, login: KAFKA_LOGIN, limits: LIMITS }, clock);
    closings.push(() => connection.close());
    const topic = newTopic();
    const heard: string[] = [];
    const bus = busOn(connection);
    bus.subscribe(topic, 'inside', ({ messageId }) => void heard.push(messageId));
    await publish(bus, numbered(topic, 0, 1));
    await eventually(() => heard.length, 1, PATIENCE);
    const wrong = { ...KAFKA_LOGIN, password: 'wrong' };
    const outside = kafkaConnection({ brokers, login: wrong, limits: LIMITS }, clock);
    await expect(outside).rejects.toThrow(/refuses the login .*KAFKA_USERNAME and KAFKA_PASSWORD/);
  });

  it('puts a telling that names no event among the dead letters, and serves the others', async () => {
    const connection = await open();
    const delivery = kafkaRequestDelivery({ connection, clock, deadLetters });
    const served: number[] = [];
    const stop = delivery.consume(async (eventId) => {
      served.push(eventId);
      return 'nothing';
    });
    await delivery.tell([{ requestId: 'q', eventId: 7 } as SeatRequest]);
    await connection.send([{ topic: 'request.waiting', key: '7', value: '{"price":', headers: {} }]);
    await delivery.tell([{ requestId: 'r', eventId: 7 } as SeatRequest]);
    await eventually(() => served.includes(7), true, PATIENCE);
    await stop();
    expect(letters.filter(({ consumer }) => consumer === 'request-workers')).toMatchObject([
      { reason: 'it names no event', message: { topic: 'request.waiting', body: '{"price":' } },
    ]);
  });
});

/** How many messages the broker has of a topic, whoever sent them. */
async function stored(broker: string, topic: string): Promise<number> {
  const looking = new Consumer({ clientId: 'counting', groupId: 'counting', bootstrapBrokers: [broker] });
  looking.topics.track(topic);
  const offsets = (await looking.listOffsets({ topics: [topic], timestamp: -1n })).get(topic) ?? [];
  await looking.close(true);
  return offsets.reduce((sum, offset) => sum + Number(offset), 0);
}
