import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { embeddedLeases } from '../../src/adapters/embedded/leases.ts';
import { lookAfterSeats } from '../../src/adapters/redis/seat-store/jobs.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { componentPresent } from '../backends/registry.ts';
import { claimed, granted, holdOn, payFor, refusedWith, sell } from '../backends/seat-commands.ts';
import { type SeatNode, type SeatNodes, seatNodes } from '../backends/seat-nodes.ts';
import { type RedisServer, redisCluster, redisServer } from '../backends/servers/redis.ts';
import { eventually } from '../system/eventually.ts';
import { audit, Crowd, type Told, whenServed } from './crowd-of-buyers.ts';

const SEATS = 60;
const BUYERS = 24;
/** That a crowd gets before and after what happens: enough for most seats to be somebody's once. */
const ANSWERS = 300;

describe.runIf(componentPresent('redis'))('seats on a Redis that', () => {
  let server: RedisServer;
  let nodes: SeatNodes;
  let both: [SeatNode, SeatNode];
  let event: { eventId: number; seatIds: number[] };

  const begin = async (settings: readonly string[] = []) => {
    server = await redisServer(settings);
    nodes = await seatNodes({ servers: { kind: 'single', address: server.address } });
    both = [await nodes.node(), await nodes.node()];
    event = await nodes.openEvent({ seatsPerRow: SEATS });
  };
  /** A crowd at both nodes, and what happens in the middle. */
  const crowdWhile = async (happening: (told: Told) => Promise<void>) => {
    const crowd = new Crowd(both, event, BUYERS);
    await crowd.answered(ANSWERS);
    await happening(crowd.told);
    await crowd.answered(ANSWERS);
    await crowd.stop();
    expect(crowd.told.sold.length, 'some were sold, or nothing was tested').toBeGreaterThan(3);
    await audit(nodes, both, event, crowd.told);
    return crowd.told;
  };

  afterEach(async () => {
    await nodes.stop();
    await server.stop();
  });

  it('is well: two nodes race for seats, and each seat has one winner', async () => {
    await begin();
    const { eventId, seatIds } = event;
    const replies = await Promise.all(
      seatIds.flatMap((seatId) =>
        Array.from({ length: 8 }, async (_, index) => ({
          seatId,
          reply: await both[index % 2]?.seatStore.execute(
            holdOn(eventId, [seatId], `of ${seatId}, ${index}`),
          ),
        })),
      ),
    );
    const won = replies.filter(({ reply }) => reply && !refusedWith(reply));
    expect(won.map(({ seatId }) => seatId).sort()).toEqual([...seatIds].sort());
    await audit(nodes, both, event, { sold: [], unavailable: 0 });
  });

  it('is well: what one node does, the other announces too, so that both show the same', async () => {
    await begin();
    const { eventId } = event;
    for (const { seatStore } of both) await seatStore.seats(eventId);
    const told = await crowdWhile(async () => undefined);
    expect(told.unavailable).toBe(0);
    for (const { seatStore, announced } of both) {
      const seats = (await seatStore.seats(eventId))?.seats ?? [];
      const shown = new Map<number, string>();
      for (const each of announced) {
        if (each.type === 'moved') for (const { seatId, to } of each.moves) shown.set(seatId, to);
      }
      expect(shown.size).toBeGreaterThan(SEATS / 2);
      for (const { seat, state } of seats) expect(shown.get(seat.seatId) ?? 'AVAILABLE').toBe(state);
    }
  });

  it('is emptied in the middle of a sale', async () => {
    await begin();
    await crowdWhile(async () => {
      await server.command('flushall');
    });
  });

  it('is killed, and comes back empty', async () => {
    await begin();
    await crowdWhile(async (told) => {
      await server.kill();
      await eventually(() => told.unavailable > 0, true);
      await server.start();
    });
  });

  it('is killed, and comes back with its append-only file', async () => {
    await begin(['--appendonly', 'yes', '--appendfsync', 'everysec']);
    await crowdWhile(async () => {
      await server.kill();
      await server.start();
    });
  });

  it('comes back as it was a second ago', async () => {
    await begin();
    await crowdWhile(async () => {
      await server.command('save');
      await delay(1_000);
      await server.kill();
      await server.start();
    });
  });

  it('comes back with holds that the ledger does not have yet: they are brought there before all is read anew', async () => {
    await begin();
    const alone = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-drain'
          ? Promise.reject(new Unavailable('the ledger is away'))
          : connection.runScript(script, keys, args),
    }));
    const { eventId, seatIds } = event;
    const held = granted(await alone.seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    alone.die();
    await server.command('save');
    await server.kill();
    await server.start();
    const [{ seatStore }] = both;
    expect(await whenServed(() => seatStore.counts(eventId))).toMatchObject({ HELD: 2 });
    expect(await seatStore.liveHold(held.holds[0]?.holdId ?? 0)).toEqual(held.holds[0]);
  });

  it('comes back with the record of a command, or without: asked again at another node, it is answered as before', async () => {
    await begin();
    const alone = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-drain'
          ? Promise.reject(new Unavailable('the ledger is away'))
          : connection.runScript(script, keys, args),
    }));
    const { eventId, seatIds } = event;
    const [{ seatStore }] = both;
    await seatStore.seats(eventId);
    const key = { id: 'once', bodyHash: 'body' };
    const command = holdOn(eventId, seatIds.slice(0, 2), 'ann', { key });
    const held = granted(await alone.seatStore.execute(command));
    alone.die();
    await server.command('save');
    await server.kill();
    await server.start();
    expect(await whenServed(() => seatStore.execute(command))).toEqual(held);
    await server.command('flushall');
    expect(await whenServed(() => seatStore.execute(command))).toEqual(held);
    const other = { ...command, key: { ...key, bodyHash: 'other' } };
    expect(refusedWith(await seatStore.execute(other))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await seatStore.counts(eventId)).toMatchObject({ HELD: 2 });
  });

  it('does not answer for a while', async () => {
    await begin();
    await crowdWhile(async () => {
      server.freeze();
      await delay(400);
      server.thaw();
    });
  });

  it('is out of memory: holds are refused for now, definitely, and what frees memory works', async () => {
    await begin();
    const { eventId, seatIds } = event;
    const [{ seatStore }] = both;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    await server.command('config', 'set', 'maxmemory', '1mb');
    const refused = await seatStore
      .execute(holdOn(eventId, seatIds.slice(2, 4), 'ben'))
      .catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ indefinite: false });
    const holdIds = holds.map(({ holdId }) => holdId);
    expect(await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId: 'ann' })).toEqual({
      released: 2,
    });
    await server.command('config', 'set', 'maxmemory', '0');
    granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 4), 'ben')));
    await audit(nodes, both, event, { sold: [], unavailable: 0 });
  });

  it('keeps what a node decided that died before it wrote it, and another writes it and frees it in time', async () => {
    await begin();
    const dying = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-drain'
          ? Promise.reject(new Unavailable('killed'))
          : connection.runScript(script, keys, args),
    }));
    const { eventId, seatIds } = event;
    const short = { terms: { holdMillis: 1_500 } };
    granted(await dying.seatStore.execute(holdOn(eventId, seatIds.slice(0, 3), 'ann', short)));
    dying.die();
    const clock = systemClock();
    const stop = lookAfterSeats(both[0].seatStore, { clock, leases: embeddedLeases(clock) });
    const moves = () =>
      nodes.sql.query('SELECT cause FROM seat_move WHERE event_id = ? ORDER BY number', [eventId]);
    const written = [...Array(3).fill({ cause: 'hold' }), ...Array(3).fill({ cause: 'expiry' })];
    while ((await moves()).length < written.length) await delay(20);
    await stop();
    expect(await moves()).toEqual(written);
  });

  it('hears nothing more of a node that died between the ledger’s yes and its own: the seat is sold', async () => {
    await begin();
    const dying = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-settle'
          ? Promise.reject(new Unavailable('killed', { indefinite: true }))
          : connection.runScript(script, keys, args),
    }));
    const { eventId, seatIds } = event;
    const begunBy = async (userId: string, orderId: number, seats: number[], millis: number) => {
      const terms = { holdMillis: millis };
      granted(await dying.seatStore.execute(holdOn(eventId, seats, userId, { terms })));
      const deadline = Date.now() + millis;
      const paid = granted(
        await dying.seatStore.execute(payFor(eventId, { orderId, userId, seatIds: seats, deadline })),
      );
      const lost = dying.seatStore.execute(sell(eventId, orderId, userId, paid.holds));
      await expect(lost).rejects.toMatchObject({ indefinite: true });
      return paid.holds;
    };
    const asked = await begunBy('ann', 1, seatIds.slice(0, 2), 60_000);
    // Longer than what is looked at before it is over.
    await begunBy('ben', 2, seatIds.slice(2, 4), 3_000);
    dying.die();

    const [{ seatStore }] = both;
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 4, SOLD: 0 });
    const again = granted(await seatStore.execute(sell(eventId, 1, 'ann', asked)));
    expect(again.holds.map(({ fence }) => fence)).toEqual(asked.map(({ fence }) => fence));
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 2, SOLD: 2 });
    // Nobody asks for ben's again; when his time is over, the ledger is asked, and says that they are his.
    while ((await seatStore.counts(eventId)).PAYING > 0) await delay(50);
    expect(await seatStore.counts(eventId)).toMatchObject({ AVAILABLE: SEATS - 4, SOLD: 4 });
    await audit(nodes, both, event, { sold: [], unavailable: 0 });
  });

  it('hears nothing more of a node that died when the ledger had ended one of two payments: the other is still sold', async () => {
    await begin();
    const { eventId, seatIds } = event;
    const [{ seatStore }] = both;
    const seats = seatIds.slice(0, 2);
    granted(await seatStore.execute(holdOn(eventId, seats, 'ann')));
    const deadline = Date.now() + 60_000;
    const { holds } = granted(
      await seatStore.execute(payFor(eventId, { orderId: 1, userId: 'ann', seatIds: seats, deadline })),
    );
    const dying = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-settle'
          ? Promise.reject(new Unavailable('killed', { indefinite: true }))
          : connection.runScript(script, keys, args),
    }));
    const ending = { eventId, orderId: 1, seats: claimed(holds.slice(0, 1)), actor: null };
    const lost = dying.seatStore.execute({ type: 'end_payment', ...ending, outcome: 'booking_cancelled' });
    await expect(lost).rejects.toMatchObject({ indefinite: true });
    dying.die();
    const sold = granted(await seatStore.execute(sell(eventId, 1, 'ann', holds)));
    const [first, second] = sold.holds.map(({ fence }) => fence);
    expect(first).toBeGreaterThan(holds[0]?.fence ?? 0);
    expect(second).toBe(holds[1]?.fence);
    await audit(nodes, both, event, { sold: [], unavailable: 0 });
  });

  it('gets too far ahead of the ledger: nobody is promised a seat until it has followed', async () => {
    await begin();
    const alone = await nodes.node((connection) => ({
      runScript: (script, keys, args) =>
        script.name === 'seat-drain'
          ? Promise.reject(new Unavailable('the ledger is away'))
          : connection.runScript(script, keys, args),
    }));
    const { eventId, seatIds } = event;
    const held = async ({ seatStore }: SeatNode) => {
      const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
      const holdIds = holds.map(({ holdId }) => holdId);
      await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId: 'ann' });
    };
    for (let entries = 0; entries < 500; entries += 2) await held(alone);
    await expect(held(alone)).rejects.toMatchObject({ name: 'Unavailable', indefinite: false });
    await both[0].seatStore.settled(eventId);
    await held(alone);
  });
});

describe.runIf(componentPresent('redis-cluster'))('seats on a cluster', () => {
  it('outlive the master of their slot', async () => {
    const cluster = await redisCluster();
    const nodes = await seatNodes(cluster.options);
    const both = [await nodes.node(), await nodes.node()];
    const event = await nodes.openEvent({ seatsPerRow: SEATS });
    const key = `ticketing:{${event.eventId}}:seats`;
    const crowd = new Crowd(both, event, BUYERS);
    await crowd.answered(ANSWERS);
    const { master } = await cluster.nodesOf(key);
    await master.kill();
    await cluster.promote(key, 'forced');
    await crowd.answered(ANSWERS);
    await crowd.stop();
    await audit(nodes, both, event, crowd.told);
    await nodes.stop();
    await cluster.stop();
  });
});
