import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../src/adapters/redis/connection/connection.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { componentPresent } from '../backends/registry.ts';
import { granted, holdOn, payFor, sell } from '../backends/seat-commands.ts';
import { type SeatNodes, seatNodes } from '../backends/seat-nodes.ts';
import { type RedisServer, redisServer } from '../backends/servers/redis.ts';

const SEATS = 6_000;
const SOLD_AT_ONCE = 50;

/** Loading is in steps; these tests stop it between them. */
describe.runIf(componentPresent('redis'))('a great hall on Redis', () => {
  let server: RedisServer;
  let nodes: SeatNodes;
  let event: { eventId: number; seatIds: number[] };

  beforeAll(async () => {
    server = await redisServer();
    nodes = await seatNodes({ servers: { kind: 'single', address: server.address } });
    event = await nodes.openEvent({ rows: 20, seatsPerRow: SEATS / 20 });
    const { seatStore } = await nodes.node();
    for (let first = 0; first < SEATS / 2; first += SOLD_AT_ONCE) {
      await soldTo(seatStore, first / SOLD_AT_ONCE + 1, event.seatIds.slice(first, first + SOLD_AT_ONCE));
    }
    await seatStore.settled(event.eventId);
  });
  afterAll(async () => {
    await nodes.stop();
    await server.stop();
  });

  const soldTo = async (
    seatStore: Awaited<ReturnType<SeatNodes['node']>>['seatStore'],
    orderId: number,
    seatIds: number[],
  ) => {
    const { eventId } = event;
    const userId = `buyer ${orderId}`;
    const terms = { seatsPerHold: SOLD_AT_ONCE, liveSeatsPerBuyer: SOLD_AT_ONCE };
    granted(await seatStore.execute(holdOn(eventId, seatIds, userId, { terms })));
    const deadline = Date.now() + 60_000;
    const paid = granted(await seatStore.execute(payFor(eventId, { orderId, userId, seatIds, deadline })));
    granted(await seatStore.execute(sell(eventId, orderId, userId, paid.holds)));
  };
  const stepsOf = (connection: RedisConnection, before: (step: string) => Promise<void>) => ({
    async runScript<R>(
      script: Parameters<RedisConnection['runScript']>[0],
      keys: readonly string[],
      args: readonly (string | Buffer)[],
    ): Promise<R> {
      if (script.name === 'seat-load') await before(String(args[0]));
      return connection.runScript<R>(script, keys, args);
    },
  });

  it('is loaded in many short steps, and meanwhile nobody sees half of it', async () => {
    await server.command('flushall');
    await server.command('config', 'resetstat');
    const steps: string[] = [];
    const seen: unknown[] = [];
    const onlooker = await nodes.node();
    const loading = await nodes.node((connection) =>
      stepsOf(connection, async (step) => {
        steps.push(step);
        // Asks in the middle; he is answered when it is done, or told to come again.
        if (step === 'fields' && seen.length < 3) {
          seen.push(onlooker.seatStore.counts(event.eventId).catch((error: unknown) => error));
        }
      }),
    );
    expect(await loading.seatStore.counts(event.eventId)).toMatchObject({
      SOLD: SEATS / 2,
      AVAILABLE: SEATS / 2,
    });
    expect(steps.filter((step) => step === 'fields').length).toBeGreaterThan(5);
    const answered = (await Promise.all(seen)).filter((each) => !(each instanceof Unavailable));
    for (const counts of answered) expect(counts).toMatchObject({ SOLD: SEATS / 2 });
    expect(seen).toHaveLength(3);
    const all = (await onlooker.seatStore.seats(event.eventId))?.seats ?? [];
    expect(all.filter(({ state }) => state === 'SOLD')).toHaveLength(SEATS / 2);
  });

  it('is loaded by another when its loader dies in the middle', async () => {
    await server.command('flushall');
    let fields = 0;
    const dying = await nodes.node((connection) =>
      stepsOf(connection, async (step) => {
        if (step === 'fields' && ++fields === 3) throw new Unavailable('killed');
      }),
    );
    await expect(dying.seatStore.counts(event.eventId)).rejects.toThrow(Unavailable);
    const { seatStore } = await nodes.node();
    expect(await seatStore.counts(event.eventId)).toMatchObject({ SOLD: SEATS / 2 });
  });

  it('is not filled by a loader who slept while another loaded it', async () => {
    await server.command('flushall');
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let slept = false;
    const sleeper = await nodes.node((connection) =>
      stepsOf(connection, async (step) => {
        if (step !== 'fields' || slept) return;
        slept = true;
        // As if its token had lapsed meanwhile.
        await server.command('hset', `ticketing:{${event.eventId}}:seats`, 'loads_until', '0');
        await asleep;
      }),
    );
    const late = sleeper.seatStore.counts(event.eventId).catch((error: unknown) => error);
    while (!slept) await new Promise(setImmediate);
    await server.command('hset', `ticketing:{${event.eventId}}:seats`, 'loads_until', '0');
    const { seatStore } = await nodes.node();
    const seatIds = event.seatIds.slice(-2);
    granted(await seatStore.execute(holdOn(event.eventId, seatIds, 'ann')));
    wake();
    expect(await late).toBeInstanceOf(Unavailable);
    expect(await seatStore.counts(event.eventId)).toMatchObject({ SOLD: SEATS / 2, HELD: 2 });
    expect(await sleeper.seatStore.counts(event.eventId)).toMatchObject({ SOLD: SEATS / 2, HELD: 2 });
  });

  it('is read in parts, and what happens meanwhile is in the picture', async () => {
    const { eventId, seatIds } = event;
    const buyer = await nodes.node();
    await buyer.seatStore.counts(eventId);
    // The first and the last free seat: one in a part that is read already, one in a part that is not.
    const free = [seatIds[SEATS / 2] as number, seatIds.at(-8) as number];
    let parts = 0;
    const reader = await nodes.node((connection) => ({
      async runScript(script, keys, args) {
        if (script.name === 'seat-read' && ++parts === 6) {
          for (const seatId of free)
            granted(await buyer.seatStore.execute(holdOn(eventId, [seatId], `of ${seatId}`)));
        }
        return connection.runScript(script, keys, args);
      },
    }));
    const seats = (await reader.seatStore.seats(eventId))?.seats ?? [];
    const held = seats.filter(({ seat }) => free.includes(seat.seatId));
    expect(held.map(({ claim }) => claim?.userId).sort()).toEqual(
      free.map((seatId) => `of ${seatId}`).sort(),
    );
  });

  it('that lapses all at once is freed in many short steps, each seat once', async () => {
    const { eventId, seatIds } = event;
    const { seatStore, announced } = await nodes.node();
    const terms = { holdMillis: 300, seatsPerHold: SOLD_AT_ONCE, liveSeatsPerBuyer: SOLD_AT_ONCE };
    const free = seatIds.slice(SEATS / 2 + 10, SEATS / 2 + 1_010);
    for (let first = 0; first < free.length; first += SOLD_AT_ONCE) {
      const some = free.slice(first, first + SOLD_AT_ONCE);
      granted(await seatStore.execute(holdOn(eventId, some, `crowd ${first}`, { terms })));
    }
    const freed: number[] = [];
    while (freed.length < free.length) {
      await delay(50);
      await seatStore.expireDue();
      const moves = announced.flatMap((each) => (each.type === 'moved' ? each.moves : []));
      freed.splice(
        0,
        freed.length,
        ...moves.filter(({ cause }) => cause === 'expiry').map(({ seatId }) => seatId),
      );
    }
    expect([...freed].sort((a, b) => a - b)).toEqual(free);
    expect(
      Math.max(...announced.map((each) => (each.type === 'moved' ? each.moves.length : 0))),
    ).toBeLessThan(300);
  });

  it('is closed from the moment in which it begins to be read anew, so that no promise is forgotten', async () => {
    const { eventId, seatIds } = event;
    const other = await nodes.node();
    await other.seatStore.counts(eventId);
    let promised: Promise<unknown> | undefined;
    let isPromised = false;
    const loading = await nodes.node((connection) =>
      stepsOf(connection, async (step) => {
        if (step !== 'clear' || promised) return;
        promised = other.seatStore.execute(holdOn(eventId, seatIds.slice(-3, -2), 'ben')).finally(() => {
          isPromised = true;
        });
        for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
        expect(isPromised).toBe(false);
      }),
    );
    // The ledger goes on from another load, as if another master had been made: what is decided here does not count.
    await nodes.ledger.beginGeneration(eventId, await nodes.ledger.cursor(eventId));
    granted(await loading.seatStore.execute(holdOn(eventId, seatIds.slice(-5, -4), 'eve')));
    while (!isPromised) await new Promise(setImmediate);
    granted((await promised) as Awaited<ReturnType<typeof other.seatStore.execute>>);
    const [seat] = (await loading.seatStore.seats(eventId, seatIds.slice(-3, -2)))?.seats ?? [];
    expect(seat).toMatchObject({ state: 'HELD', claim: { userId: 'ben' } });
  });
});
