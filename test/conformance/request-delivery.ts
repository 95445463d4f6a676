import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestDelivery, Work, WorkLeft } from '../../src/request-queue/ports/request-delivery.ts';
import type { SeatRequest } from '../../src/request-queue/request.ts';
import {
  DELIVERY_TERM_MILLIS,
  type Delivery,
  type DeliveryNode,
  type DeliveryRunning,
  type Lanes,
} from '../backends/deliveries.ts';
import { eventually } from '../system/eventually.ts';

let count = 0;
/** An event that no other test knows, and requests of it. */
function newEvent(): { eventId: number; request(lane?: SeatRequest['lane']): SeatRequest } {
  const eventId = ++count;
  let requests = 0;
  return {
    eventId,
    request(lane = 'normal') {
      const requestId = `${eventId}A${++requests}`.padStart(26, '0');
      return { requestId, eventId, lane } as SeatRequest;
    },
  };
}

const aWhile = (millis = 150) => new Promise((resolve) => setTimeout(resolve, millis));

/** Works as told, and notes for which events it was called. */
function workOf(left: (eventId: number) => Promise<WorkLeft> | WorkLeft = () => 'nothing') {
  const calls: number[] = [];
  const work: Work = async (eventId) => {
    calls.push(eventId);
    return left(eventId);
  };
  return { work, calls, of: (eventId: number) => calls.filter((each) => each === eventId).length };
}

export function requestDeliveryConformance(deliveries: readonly Delivery[]): void {
  describe.each(deliveries.map((delivery) => ({ name: delivery.name, delivery })))(
    'RequestDelivery on $name',
    ({ delivery }) => {
      let started: DeliveryRunning | undefined;
      beforeAll(async () => {
        started = await delivery.start();
      });
      afterAll(() => started?.stop());
      const running = () => {
        if (!started) throw new Error(`${delivery.name} has not started`);
        return started;
      };
      ofOneNode(async () => (await running().node()).delivery);
      if (delivery.manyNodes) ofManyNodes(() => running().node(), delivery);
      lanesAsStreams(running);
    },
  );
}

function ofOneNode(make: () => Promise<RequestDelivery>): void {
  it('tell: work is called for the event at least once after it, also when nobody worked then', async () => {
    const delivery = await make();
    const [one, other] = [newEvent(), newEvent()];
    await delivery.tell([one.request(), other.request(), one.request()]);
    const worker = workOf();
    const stop = delivery.consume(worker.work);
    await eventually(() => worker.of(one.eventId) > 0 && worker.of(other.eventId) > 0, true);
    const before = worker.of(one.eventId);
    await aWhile();
    await delivery.tell([one.request()]);
    await eventually(() => worker.of(one.eventId) > before, true);
    await stop();
  });

  it('tell: a request that is told of again is heard of again', async () => {
    const delivery = await make();
    const event = newEvent();
    const request = event.request();
    const worker = workOf();
    const stop = delivery.consume(worker.work);
    await delivery.tell([request]);
    await eventually(() => worker.of(event.eventId) > 0, true);
    await aWhile();
    const before = worker.of(event.eventId);
    await delivery.tell([request]);
    await eventually(() => worker.of(event.eventId) > before, true);
    await stop();
  });

  it('consume: one worker at a time for an event, several events at once', async () => {
    const delivery = await make();
    const [one, other] = [newEvent(), newEvent()];
    const open: (() => void)[] = [];
    const now = new Map<number, number>();
    let most = 0;
    const { work } = workOf(async (eventId) => {
      now.set(eventId, (now.get(eventId) ?? 0) + 1);
      most = Math.max(most, ...now.values());
      await new Promise<void>((resolve) => open.push(resolve));
      now.set(eventId, (now.get(eventId) ?? 0) - 1);
      return 'nothing' as const;
    });
    const stops = [delivery.consume(work), delivery.consume(work)];
    await delivery.tell([one.request(), other.request()]);
    await eventually(() => open.length, 2);
    await delivery.tell([one.request()]);
    await aWhile();
    expect(open).toHaveLength(2);
    for (const each of open.splice(0)) each();
    // What was told of while a worker was busy with its event is served by a work that began after it.
    await eventually(() => open.length > 0, true);
    expect(most).toBe(1);
    const stopping = Promise.all(stops.map((stop) => stop()));
    await eventually(async () => {
      for (const each of open.splice(0)) each();
      return Promise.race([stopping.then(() => 'stopped'), aWhile(20)]);
    }, 'stopped');
  });

  it('consume: called again at once when more is left, after a pause when it is left for later', async () => {
    const delivery = await make();
    const event = newEvent();
    const left: WorkLeft[] = ['more', 'more', 'later', 'nothing'];
    const times: number[] = [];
    const worker = workOf(() => {
      times.push(performance.now());
      return left.shift() ?? 'nothing';
    });
    const stop = delivery.consume(worker.work);
    await delivery.tell([event.request()]);
    await eventually(() => times.length >= 4, true);
    const [, , third = 0, fourth = 0] = times;
    expect(fourth - third).toBeGreaterThan(50);
    await stop();
  });

  it('consume: who was let go is called no more, and another takes over', async () => {
    const delivery = await make();
    const event = newEvent();
    const [first, second] = [workOf(), workOf()];
    const stop = delivery.consume(first.work);
    await stop();
    await delivery.tell([event.request()]);
    await aWhile();
    expect(first.calls).toEqual([]);
    const stopSecond = delivery.consume(second.work);
    await eventually(() => second.of(event.eventId) > 0, true);
    expect(first.calls).toEqual([]);
    await stopSecond();
  });

  it('ended: never throws, and what it was of is told of again all the same', async () => {
    const delivery = await make();
    const event = newEvent();
    const [ended, waiting] = [event.request(), event.request()];
    delivery.ended([ended]);
    await delivery.tell([ended, waiting]);
    delivery.ended([ended]);
    const worker = workOf();
    const stop = delivery.consume(worker.work);
    await eventually(() => worker.of(event.eventId) > 0, true);
    await stop();
  });

  it('check: resolves while it can deliver', async () => {
    await expect((await make()).check()).resolves.toBeUndefined();
  });
}

function ofManyNodes(
  node: () => Promise<DeliveryNode>,
  { movesWithJoining }: Pick<Delivery, 'movesWithJoining'>,
): void {
  it('tell: a worker of another node is called', async () => {
    const [here, there] = [await node(), await node()];
    const event = newEvent();
    const worker = workOf();
    const stop = there.delivery.consume(worker.work);
    await here.delivery.tell([event.request()]);
    await eventually(() => worker.of(event.eventId) > 0, true);
    await stop();
  });

  it('consume: one worker at a time for an event, of all nodes', async () => {
    const nodes = [await node(), await node(), await node()];
    const event = newEvent();
    let [now, most, calls] = [0, 0, 0];
    const { work } = workOf(async (eventId) => {
      if (eventId !== event.eventId) return 'nothing' as const;
      most = Math.max(most, ++now);
      calls++;
      await aWhile(20);
      now--;
      return 'nothing' as const;
    });
    const stops = nodes.map(({ delivery }) => delivery.consume(work));
    for (let turn = 0; turn < 20; turn++) {
      await (nodes[turn % 3] as DeliveryNode).delivery.tell([event.request()]);
      await aWhile(10);
    }
    await eventually(() => calls > 1, true);
    expect(most).toBe(1);
    await Promise.all(stops.map((stop) => stop()));
  });

  it('consume: a node that died or froze at its work is replaced, and not before', async () => {
    const [dying, living] = [await node(), await node()];
    const event = newEvent();
    const stuck = workOf((eventId) =>
      eventId === event.eventId ? new Promise<WorkLeft>(() => undefined) : 'nothing',
    );
    dying.delivery.consume(stuck.work);
    await dying.delivery.tell([event.request(), event.request()]);
    await eventually(() => stuck.of(event.eventId), 1);
    const worker = workOf();
    const stop = living.delivery.consume(worker.work);
    await aWhile(1.5 * DELIVERY_TERM_MILLIS);
    if (!movesWithJoining) expect(worker.of(event.eventId)).toBe(0);
    dying.die();
    await eventually(() => worker.of(event.eventId) > 0, true);
    await stop();
  });
}

function lanesAsStreams(running: () => DeliveryRunning): void {
  const lanesHere = (): Lanes | undefined => running().lanes;
  const here = async () => ({ delivery: (await running().node()).delivery, lanes: lanesHere() });

  it('lanes: their length is what waits, and it shrinks as requests end', async () => {
    const { delivery, lanes } = await here();
    if (!lanes) return expect(delivery.backend).not.toMatch(/redis/);
    const event = newEvent();
    const requests = [event.request('high'), event.request(), event.request(), event.request('low')];
    await delivery.tell(requests);
    await delivery.tell(requests.slice(0, 2));
    const lengths = async () => {
      const all = [];
      for (const lane of ['high', 'normal', 'low']) all.push(await lanes.length(event.eventId, lane));
      return all.join();
    };
    expect(await lengths()).toBe('1,2,1');
    delivery.ended(requests.slice(1, 2));
    await eventually(lengths, '1,1,1');
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = workOf(() => finished.then(() => 'nothing' as const));
    const stop = delivery.consume(worker.work);
    await eventually(() => lanes.pending(event.eventId, 'normal').catch(() => 0), 1);
    delivery.ended(requests.slice(2, 3));
    await eventually(lengths, '1,0,1');
    expect(await lanes.pending(event.eventId, 'normal')).toBe(0);
    finish();
    await eventually(lengths, '0,0,0');
    expect(await lanes.pending(event.eventId, 'high')).toBe(0);
    await stop();
  });

  it('lanes: what is no request is put aside with its reason, and the lane goes on', async () => {
    const { delivery, lanes } = await here();
    if (!lanes) return expect(delivery.backend).not.toMatch(/redis/);
    const event = newEvent();
    await lanes.litter(event.eventId, 'normal');
    await lanes.spoil(event.eventId, 'low');
    const worker = workOf();
    const stop = delivery.consume(worker.work);
    await delivery.tell([event.request(), event.request('low')]);
    await lanes.litter(event.eventId, 'normal');
    await delivery.tell([event.request()]);
    await eventually(() => worker.of(event.eventId) > 0, true);
    await eventually(() => lanes.length(event.eventId, 'normal'), 0);
    await eventually(() => lanes.length(event.eventId, 'low'), 0);
    expect(await lanes.aside(event.eventId)).toMatch(
      /garbage.*it names no request|it names no request.*garbage/,
    );
    await stop();
  });

  it('lanes: trimmed or emptied, a request that is told of again is heard of', async () => {
    const { delivery, lanes } = await here();
    if (!lanes) return expect(delivery.backend).not.toMatch(/redis/);
    for (const spoil of ['trim', 'forget'] as const) {
      const event = newEvent();
      const request = event.request();
      await delivery.tell([request]);
      await (spoil === 'trim' ? lanes.trim(event.eventId, 'normal') : lanes.forget());
      const worker = workOf();
      const stop = delivery.consume(worker.work);
      await delivery.tell([request]);
      await eventually(() => worker.of(event.eventId) > 0, true);
      await eventually(() => lanes.length(event.eventId, 'normal'), 0);
      await stop();
    }
  });
}
