import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBus, Message } from '../../src/core/message.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Bus, BusRunning } from '../backends/buses.ts';
import { eventually } from '../system/eventually.ts';

const NOW = 1_700_000_000_000;
let topics = 0;
/** Nobody else listens to it. */
const newTopic = () => `test.${++topics}`;

const message = (topic: string, n: number, more: Partial<Message> = {}): Message => ({
  messageId: `${topic} ${n}`,
  topic,
  key: 'one key',
  body: { n },
  at: NOW + n,
  ...more,
});
const messages = (topic: string, count: number, more: (n: number) => Partial<Message> = () => ({})) =>
  Array.from({ length: count }, (_, n) => message(topic, n + 1, more(n + 1)));
const ids = (all: readonly Message[]) => all.map(({ messageId }) => messageId);

/** As the relay does it: what cannot be published now is published again. */
export async function publish(bus: EventBus, all: readonly Message[], tries = 100): Promise<void> {
  for (let left = tries; ; left--) {
    try {
      return await bus.publish(all);
    } catch (error) {
      if (!(error instanceof Unavailable) || left === 0) throw error;
      await delay(50);
    }
  }
}

export function eventBusConformance(buses: readonly Bus[]): void {
  describe.each(buses.map((bus) => ({ name: bus.name, bus })))('EventBus on $name', ({ bus }) => {
    let started: BusRunning | undefined;
    beforeAll(async () => {
      started = await bus.start();
    });
    afterAll(() => started?.stop());
    const running = () => {
      if (!started) throw new Error(`${bus.name} has not started`);
      return started;
    };
    delivering(running, bus);
    failing(running);
    if (bus.manyNodes) onNodes(running);
  });
}

function delivering(running: () => BusRunning, { publishedIs }: Bus): void {
  it('each consumer gets every message of the topic, those of one key in their order', async () => {
    const { bus } = await running().node();
    const [topic, elsewhere] = [newTopic(), newTopic()];
    const heard: Record<string, Message[]> = { ann: [], ben: [], other: [] };
    for (const consumer of ['ann', 'ben'])
      bus.subscribe(topic, consumer, (each) => void heard[consumer]?.push(each));
    bus.subscribe(elsewhere, 'other', (each) => void heard.other?.push(each));
    const sent = messages(topic, 30);
    await publish(bus, sent.slice(0, 20));
    await publish(bus, sent.slice(20));
    await eventually(() => (heard.ann?.length ?? 0) + (heard.ben?.length ?? 0), 60);
    expect(heard).toEqual({ ann: sent, ben: sent, other: [] });
  });

  it('carries the trace that a message belongs to', async () => {
    const { bus } = await running().node();
    const topic = newTopic();
    const heard: Message[] = [];
    bus.subscribe(topic, 'ann', (each) => void heard.push(each));
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const sent = message(topic, 1, { headers: { traceparent }, body: { 한글: ['값', null] }, key: '키 1' });
    await publish(bus, [sent]);
    await eventually(() => heard.length, 1);
    expect(heard).toEqual([sent]);
  });

  it('subscribe: hands over the next message when the one before is taken, or so many at once', async () => {
    const { bus } = await running().node();
    const topic = newTopic();
    const most = { patient: 0, quick: 0 };
    let taken = 0;
    const listen = (consumer: 'patient' | 'quick', options?: { atOnce: number }) => {
      let now = 0;
      const take = async () => {
        most[consumer] = Math.max(most[consumer], ++now);
        await delay(20);
        now--;
        taken++;
      };
      bus.subscribe(topic, consumer, take, options);
    };
    listen('patient');
    listen('quick', { atOnce: 3 });
    await publish(bus, messages(topic, 9));
    await eventually(() => taken, 18);
    expect(most).toEqual({ patient: 1, quick: 3 });
  });

  it(`publish: resolves when ${publishedIs === 'taken' ? 'every consumer has taken the messages' : 'a broker keeps them'}`, async () => {
    const { bus } = await running().node();
    const topic = newTopic();
    const taken: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let handed = 0;
    bus.subscribe(topic, 'slow', async ({ messageId }) => {
      handed++;
      await gate;
      taken.push(messageId);
    });
    const published = publish(bus, messages(topic, 2));
    let isPublished = false;
    const noted = published.then(() => {
      isPublished = true;
    });
    if (publishedIs === 'taken') {
      await eventually(() => handed, 1);
      await delay(300);
      expect(isPublished).toBe(false);
    } else await noted;
    open();
    await published;
    await eventually(() => taken.length, 2);
  });
}

function failing(running: () => BusRunning): void {
  it('a consumer whose back end is away is handed the message again until it takes it', async () => {
    const { bus } = await running().node();
    const topic = newTopic();
    const taken: string[] = [];
    let failures = 3;
    bus.subscribe(topic, 'ann', async ({ messageId }) => {
      await new Promise(setImmediate);
      if (messageId.endsWith(' 2') && failures-- > 0) throw new Unavailable('not now');
      taken.push(messageId);
    });
    const sent = messages(topic, 3);
    await publish(bus, sent);
    await eventually(() => taken.includes(`${topic} 3`), true);
    // In order after what came twice is left out.
    expect([...new Set(taken)]).toEqual(ids(sent));
    expect(await running().letters()).toEqual([]);
  });

  it('what a consumer fails at of itself is put among the dead letters, and it is handed the next', async () => {
    const { bus } = await running().node();
    const topic = newTopic();
    const taken: Record<string, string[]> = { ann: [], ben: [] };
    let tries = 0;
    bus.subscribe(topic, 'ann', ({ messageId }) => {
      if (messageId.endsWith(' 1')) throw new TypeError(`poison, try ${++tries}`);
      taken.ann?.push(messageId);
    });
    bus.subscribe(topic, 'ben', ({ messageId }) => void taken.ben?.push(messageId));
    const sent = messages(topic, 3);
    await publish(bus, sent);
    await eventually(() => (taken.ann?.length ?? 0) + (taken.ben?.length ?? 0), 5);
    expect(taken).toEqual({ ann: ids(sent.slice(1)), ben: ids(sent) });
    const letters = (await running().letters()).filter(({ message: { topic: of } }) => of === topic);
    const reason = `TypeError: poison, try ${tries}`;
    expect(letters).toEqual([
      expect.objectContaining({ consumer: 'ann', message: sent[0], attempts: tries, reason }),
    ]);
  });
}

function onNodes(running: () => BusRunning): void {
  it('a message goes to one of the nodes of a consumer; so many as were sent are counted', async () => {
    const topic = newTopic();
    const nodes = await Promise.all([running().node(), running().node(), running().node()]);
    const taken: string[][] = nodes.map(() => []);
    for (const [index, { bus }] of nodes.entries())
      bus.subscribe(topic, 'crowd', ({ messageId }) => void taken[index]?.push(messageId), { atOnce: 50 });
    const sent = messages(topic, 2_000, (n) => ({ key: `key ${n % 40}` }));
    for (let from = 0; from < sent.length; from += 250)
      await publish((nodes[from % 3] as { bus: EventBus }).bus, sent.slice(from, from + 250));
    await eventually(() => new Set(taken.flat()).size, sent.length);
    expect([...new Set(taken.flat())].sort()).toEqual(ids(sent).sort());
    for (const { close } of nodes) await close();
  });

  it('keeps the order of each key for a consumer on several nodes, also when one of them goes', async () => {
    const topic = newTopic();
    const [first, second, sender] = [await running().node(), await running().node(), await running().node()];
    const taken: Message[] = [];
    const take = async (each: Message) => {
      await delay(1);
      taken.push(each);
    };
    for (const { bus } of [first, second]) bus.subscribe(topic, 'ordered', take);
    const sent = messages(topic, 400, (n) => ({ key: `key ${n % 5}` }));
    const sending = (async () => {
      for (let from = 0; from < sent.length; from += 20)
        await publish(sender.bus, sent.slice(from, from + 20));
    })();
    await eventually(() => taken.length > 100, true);
    await first.close();
    await sending;
    await eventually(() => new Set(ids(taken)).size, sent.length);
    for (let key = 0; key < 5; key++) {
      const ofKey = (all: readonly Message[]) => [
        ...new Set(ids(all.filter((each) => each.key === `key ${key}`))),
      ];
      expect(ofKey(taken)).toEqual(ofKey(sent));
    }
    await second.close();
  });

  it('what a killed process had and did not finish is handed to another', async () => {
    for (const atOnce of [1, 10]) {
      const topic = newTopic();
      const consumer = 'killed';
      const process = await running().process(topic, consumer, { atOnce });
      const { bus, close } = await running().node();
      const stalling = message(topic, atOnce, { body: 'stall' });
      const publishing = publish(bus, [stalling]);
      await eventually(() => process.handed.length, 1);
      await process.kill();
      const taken: string[] = [];
      bus.subscribe(topic, consumer, ({ messageId }) => void taken.push(messageId), { atOnce });
      await eventually(() => taken.includes(stalling.messageId), true);
      await publishing;
      await close();
    }
  });

  it('what a frozen process had is handed to another', async () => {
    const topic = newTopic();
    const process = await running().process(topic, 'frozen', { atOnce: 10 });
    const { bus, close } = await running().node();
    const stalling = message(topic, 1, { body: 'stall' });
    const publishing = publish(bus, [stalling]);
    await eventually(() => process.handed.length, 1);
    process.freeze();
    const taken: string[] = [];
    bus.subscribe(topic, 'frozen', ({ messageId }) => void taken.push(messageId), { atOnce: 10 });
    await eventually(() => taken.includes(stalling.messageId), true);
    await publishing;
    await process.kill();
    await close();
  });

  it('what is no message is put among the dead letters, and the next comes', async () => {
    const topic = newTopic();
    const { bus } = await running().node();
    const taken: string[] = [];
    bus.subscribe(topic, 'reader', ({ messageId }) => void taken.push(messageId));
    await publish(bus, [message(topic, 1)]);
    await running().litter(topic);
    await publish(bus, [message(topic, 2)]);
    await eventually(() => taken.length, 2);
    const letters = (await running().letters()).filter(({ message: { topic: of } }) => of === topic);
    expect(letters).toEqual([expect.objectContaining({ consumer: 'reader', attempts: 1 })]);
    expect(JSON.stringify(letters[0]?.message.body)).toContain('garbage');
  });
}
