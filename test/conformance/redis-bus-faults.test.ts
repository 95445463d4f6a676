import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/message.ts';
import { type BusNode, busAt } from '../backends/buses.ts';
import { componentPresent } from '../backends/registry.ts';
import { type RedisServer, redisServer } from '../backends/servers/redis.ts';
import { eventually } from '../system/eventually.ts';
import { publish } from './event-bus.ts';

let topics = 0;
const newTopic = () => `faults.${++topics}`;
const numbered = (topic: string, from: number, count: number): Message[] =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return { messageId: `${topic} ${n}`, topic, key: `key ${n % 7}`, body: { n }, at: 1 };
  });

describe.runIf(componentPresent('redis'))('messages on a Redis that fails', () => {
  let server: RedisServer;
  const nodes: BusNode[] = [];
  beforeAll(async () => {
    server = await redisServer();
  });
  beforeEach(() => server.recover());
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await server?.stop();
  });
  const node = async () => {
    const options = { servers: { kind: 'single', address: server.address } } as const;
    const opened = await busAt(
      { kind: 'redis', options },
      { put: () => Promise.reject(new Error('nothing dies here')) },
    );
    nodes.push(opened);
    return opened;
  };
  const kept = async (topic: string) => {
    const [stream, known] = [`ticketing:{bus:${topic}}:stream`, `ticketing:{bus:${topic}}:known`];
    return [Number(await server.command('xlen', stream)), Number(await server.command('hlen', known))];
  };

  it('are not lost with the memory of the server: who published them is told, and publishes again', async () => {
    const topic = newTopic();
    const { bus } = await node();
    const taken = new Set<string>();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    bus.subscribe(topic, 'slow', async ({ messageId }) => {
      await gate;
      taken.add(messageId);
    });
    const sent = numbered(topic, 0, 20);
    const first = bus.publish(sent).catch((error: unknown) => error);
    await eventually(async () => (await kept(topic))[0], 20);
    await server.command('flushall');
    open();
    expect(await first).toMatchObject({ name: 'Unavailable', indefinite: true });
    await publish(bus, sent);
    expect(taken.size).toBe(20);
  });

  it('come through when it is killed in the middle and comes back empty', async () => {
    const topic = newTopic();
    const [sender, receiver] = [await node(), await node()];
    const taken = new Set<string>();
    for (const { bus } of [sender, receiver])
      bus.subscribe(topic, 'crowd', ({ messageId }) => void taken.add(messageId), { atOnce: 20 });
    const sending = (async () => {
      for (let from = 0; from < 2_000; from += 50)
        await publish(sender.bus, numbered(topic, from, 50), 1_000);
    })();
    await eventually(() => taken.size > 300, true);
    await server.kill();
    await delay(300);
    await server.start();
    await sending;
    await eventually(() => taken.size, 2_000);
  });

  it('leave the stream when every group has acknowledged them, and not before', async () => {
    const topic = newTopic();
    const { bus } = await node();
    const stream = `ticketing:{bus:${topic}}:stream`;
    let taken = 0;
    bus.subscribe(topic, 'ours', () => void taken++);
    await publish(bus, numbered(topic, 0, 10));
    expect(await kept(topic)).toEqual([0, 0]);
    // Somebody whom this program does not know of: it waits not for him, and takes nothing away from him.
    await server.command('xgroup', 'create', stream, 'theirs', '$');
    await publish(bus, numbered(topic, 10, 10));
    expect(taken).toBe(20);
    expect(await kept(topic)).toEqual([10, 10]);
    await server.command('xreadgroup', 'group', 'theirs', 'reader', 'noack', 'streams', stream, '>');
    await publish(bus, numbered(topic, 20, 1));
    expect(await kept(topic)).toEqual([1, 1]);
  });

  it('are there once when they are published again while they wait', async () => {
    const topic = newTopic();
    const { bus } = await node();
    const taken: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    bus.subscribe(topic, 'slow', async ({ messageId }) => {
      await gate;
      taken.push(messageId);
    });
    const sent = numbered(topic, 0, 5);
    const both = [bus.publish(sent), bus.publish(sent)];
    await eventually(async () => (await kept(topic))[0], 5);
    open();
    await Promise.all(both);
    expect(taken).toEqual(sent.map(({ messageId }) => messageId));
  });
});
