import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventView } from '../../../src/contract/event.ts';
import type { ReservationCreated } from '../../../src/contract/reservation.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { type Answer, bodyOf, type Client, clientOf, type ErrorBody, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openMapEvents, openMapSocket, replayed, snapshotOf, statusesListed } from '../map-stream.ts';
import {
  addSeats,
  buy,
  createEvent,
  hold,
  type OpenSale,
  openSale,
  seatInputs,
  startSale,
  tryHold,
} from '../sale.ts';
import { mapWatcher, sameSeats } from './map-watcher.ts';
import { onSaleEverywhere, selling } from './selling.ts';
import { describeOnNodes, type Site, startSite, toRedis, twoOf } from './site.ts';

const STRATEGIES = ['atomic', 'pessimistic', 'optimistic', 'distributed_lock'] as const;

describeOnNodes('postgres')('two nodes behind nginx', () => {
  let redis: RedisServer;
  let site: Site;
  let a: Client;
  let b: Client;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address) });
    const [first, second] = twoOf(site);
    a = clientOf(first);
    b = clientOf(second);
  });
  beforeEach(() => site.recover());
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });
  const organiser = () => organiserOf(twoOf(site)[0]);

  /** Nobody's hold lapses before a test is over, however slow it is: a seat that came back would be another truth. */
  async function onSale(
    hall: { rows: number; seatsInRow: number },
    strategy: (typeof STRATEGIES)[number],
  ): Promise<OpenSale> {
    const event = { claim_strategy: strategy, hold_seconds: 120 };
    const sale = await openSale(organiser(), { ...hall, event });
    await onSaleEverywhere(site, sale.eventId);
    return sale;
  }

  describe.each(STRATEGIES)('with claims that are %s', (strategy) => {
    it('let one of two hundred buyers have each seat', async () => {
      const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 5 }, strategy);
      const door = clientOf(site.door);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, buyer) => {
          const seat = seatIds[buyer % seatIds.length] as number;
          const headers = { 'idempotency-key': `race for ${eventId}` };
          return insisting(() => tryHold(door, `racer-${buyer}`, eventId, [seat], headers));
        }),
      );
      const won = answers.flatMap(({ body }) => ('reservations' in body ? body.reservations : []));
      expect(won.map((reservation) => reservation.seats[0]?.seat_id).sort()).toEqual([...seatIds].sort());
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
      const reserved = new Map(seatIds.map((seat) => [seat, 'RESERVED']));
      expect(await statusesListed(a, eventId)).toEqual(reserved);
      expect(await statusesListed(b, eventId)).toEqual(reserved);
    });

    it('show the same map, version by version', async () => {
      const { eventId, seatIds } = await onSale({ rows: 2, seatsInRow: 10 }, strategy);
      const watched = await Promise.all(twoOf(site).map((node) => mapWatcher(node, eventId)));
      await Promise.all(
        seatIds.map(async (seat, index) => {
          const [here, there] = index % 2 === 0 ? [a, b] : [b, a];
          const buyer = `walker-${index}`;
          if (index % 3 === 0) return buy(here, buyer, eventId, [seat]);
          const { reservations } = await hold(here, buyer, eventId, [seat]);
          // Given back at the other node than it was got from.
          if (index % 3 === 1)
            bodyOf(await there.as(buyer).delete(`/api/v1/reservations/${reservations[0]?.reservation_id}`));
        }),
      );
      const truth = await statusesListed(a, eventId);
      for (const { now } of watched) await eventually(async () => sameSeats(await now(), truth), true);
      const [atA, atB] = watched.map(
        ({ stream }) => new Map(stream.patches().map((patch) => [patch.version, patch])),
      );
      for (const [version, patch] of atA ?? []) {
        const other = atB?.get(version);
        if (other) expect(other).toEqual(patch);
      }
      for (const { stream } of watched) stream.close();
    });

    it('sell to a crowd: nothing is lost, nothing is sold twice', async () => {
      const sale = await selling(site, { claim_strategy: strategy });
      await sale.acknowledged(150);
      expect(await sale.judged()).toEqual([]);
    });
  });

  it('show the map of a hall that has just been made', async () => {
    for (let halls = 0; halls < 20; halls++) {
      const { eventId } = await onSale({ rows: 1, seatsInRow: 3 }, 'atomic');
      const maps = await Promise.all([a, b].map((node) => snapshotOf(node, eventId)));
      expect(maps.map(({ statuses }) => statuses)).toEqual(['AAA', 'AAA']);
    }
  });

  it('tell a watcher that moves to the other node what he missed', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 10 }, 'atomic');
    const { map, stream } = await mapWatcher(twoOf(site)[0], eventId);
    await hold(b, 'ann', eventId, seatIds.slice(0, 2));
    await eventually(() => replayed(map, stream).get(seatIds[0] as number), 'RESERVED');
    const version = stream.patches().at(-1)?.version;
    stream.close();
    await hold(a, 'bob', eventId, seatIds.slice(2, 4));
    const path = `${twoOf(site)[1].url}/api/v1/ws/events/${eventId}/map`;
    const moved = await openMapSocket(path, `?since=${map.epoch}.${version}`);
    await hold(b, 'cid', eventId, seatIds.slice(4, 6));
    const truth = await statusesListed(a, eventId);
    const both = () => replayed(map, { frames: [...stream.frames, ...moved.frames] });
    await eventually(() => sameSeats(both(), truth), true);
    moved.close();
  });

  it('stream through nginx as it happens', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 2 }, 'atomic');
    const stream = await openMapEvents(`${site.door.url}/api/v1/events/${eventId}/map/events`);
    await hold(clientOf(site.door), 'ann', eventId, seatIds);
    await stream.until((frame) => frame.type === 'patch' && frame.seats.length === 2);
    stream.close();
  });

  it('know each other’s events soon', async () => {
    const { event_id: eventId } = await createEvent(organiser(), { claim_strategy: 'optimistic' });
    const seen = async () => (await b.get<EventView>(`/api/v1/events/${eventId}`)).body;
    await eventually(async () => (await seen()).event_id, eventId);
    const first = await addSeats(organiser(), eventId, seatInputs({ rows: 1, seatsInRow: 2 }));
    await startSale(organiser(), eventId);
    await eventually(async () => (await seen()).status, 'ON_SALE');
    await hold(b, 'ann', eventId, [first[0]?.seat_id as number]);
  });

  it.each(['atomic', 'optimistic'] as const)(
    'sell seats that the other one added, claims being %s',
    async (strategy) => {
      const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 2 }, strategy);
      // Both have the hall in memory.
      await hold(a, 'ann', eventId, seatIds.slice(0, 1));
      await hold(b, 'bob', eventId, seatIds.slice(1, 2));
      await snapshotOf(b, eventId);
      const more = seatInputs({ rows: 2, seatsInRow: 2 }).slice(2);
      const added = (await addSeats(organiser(), eventId, more)).map((seat) => seat.seat_id);
      await eventually(async () => (await tryHold(b, 'cid', eventId, added)).status, 201);
      const reserved = new Map([...seatIds, ...added].map((seat) => [seat, 'RESERVED']));
      await eventually(
        async () => sameSeats(await (await mapWatcher(twoOf(site)[1], eventId)).now(), reserved),
        true,
      );
    },
  );

  it('move the claims of an event to the rows and back, each seat as it is', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 6 }, 'atomic');
    const claimed = async (strategy: (typeof STRATEGIES)[number]) => {
      const changes = [{ status: 'PAUSED' }, { claim_strategy: strategy }, { status: 'ON_SALE' }];
      for (const change of changes) bodyOf(await organiser().patch(`/api/v1/events/${eventId}`, change));
      const seen = async () => (await b.get<EventView>(`/api/v1/events/${eventId}`)).body;
      await eventually(seen, (event) => event.claim_strategy === strategy && event.status === 'ON_SALE');
    };
    await buy(a, 'ann', eventId, seatIds.slice(0, 1));
    await claimed('pessimistic');
    await buy(b, 'bob', eventId, seatIds.slice(1, 2));
    const { reservations } = await hold(a, 'cid', eventId, seatIds.slice(2, 3));
    bodyOf(await b.as('cid').delete(`/api/v1/reservations/${reservations[0]?.reservation_id}`));
    await claimed('atomic');
    await buy(a, 'dan', eventId, seatIds.slice(2, 3));
    await buy(b, 'eve', eventId, seatIds.slice(3, 4));
    const statuses = ['BOOKED', 'BOOKED', 'BOOKED', 'BOOKED', 'AVAILABLE', 'AVAILABLE'];
    const truth = new Map(seatIds.map((seat, index) => [seat, statuses[index] as string]));
    for (const node of [a, b]) expect(await statusesListed(node, eventId)).toEqual(truth);
    for (const node of twoOf(site)) {
      const { now, stream } = await mapWatcher(node, eventId);
      await eventually(async () => sameSeats(await now(), truth), true);
      stream.close();
    }
    expect((await site.verified()).findings).toEqual([]);
  });

  it('go on when one of them is killed: nothing is lost, nothing is sold twice', async () => {
    const [first] = twoOf(site);
    const sale = await selling(site);
    await sale.acknowledged(150);
    await first.kill();
    await sale.acknowledged(150);
    await first.start();
    await sale.acknowledged(150);
    expect(await sale.judged()).toEqual([]);
  });
});

/** Until the answer is one about the seat, and for certain: a crowd may be told to come again, with the same key. */
async function insisting(
  ask: () => Promise<Answer<ReservationCreated | ErrorBody>>,
): Promise<Answer<ReservationCreated | ErrorBody>> {
  const isCertain = ({ status, body }: Answer<ReservationCreated | ErrorBody>) =>
    status < 500 && !('code' in body && body.code === 'IDEMPOTENCY_IN_FLIGHT');
  return eventually(ask, isCertain);
}
