import { expect, it } from 'vitest';
import { embeddedCatalogNews } from '../../../src/adapters/embedded/catalog-news.ts';
import { CatalogService } from '../../../src/catalog/service.ts';
import { Once } from '../../../src/core/command.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { embeddedInMemory } from '../../backends/embedded.ts';
import { granted } from '../../backends/seat-commands.ts';

const seat = (number: string) => ({
  number,
  section: null,
  row: null,
  type: 'REGULAR',
  price: 100_00,
  x: null,
  y: null,
  blocked: false,
});

/** Two services on one ledger, as two nodes have them. */
async function twoNodes({ isShared }: { isShared: boolean } = { isShared: false }) {
  const { ports, clock } = await embeddedInMemory.start();
  const node = async () => {
    const service = new CatalogService({
      store: ports.catalogStore,
      seats: {
        counts: async () => ({ available: 1, reserved: 0, booked: 0, sold: 0, unsold: 1, all: 1 }),
        hallChanged: async () => undefined,
        whileStill: async (_, change) => change(0),
      },
      clock,
      ids: ports.ids,
      once: new Once(ports.commandLog),
      news: embeddedCatalogNews(),
      hallLimit: 10,
      isShared,
    });
    await service.load();
    return service;
  };
  const [here, there] = [await node(), await node()];
  const { event } = granted(
    await here.create(
      {
        name: 'Gala',
        startsAt: clock.now() + 1e9,
        venue: null,
        totalSeats: 5,
        saleOpensAt: null,
        currency: 'USD',
        inventory: 'seated',
        seriesId: null,
        unnumberedPrice: 0,
        policy: {
          claimStrategy: 'atomic',
          holdMillis: 1_000,
          seatsPerBuyer: 4,
          admission: { mode: 'open' },
        } as never,
      },
      undefined,
    ),
  );
  return { here, there, eventId: event.eventId };
}

it('takes over an event that another node made and changed', async () => {
  const { here, there, eventId } = await twoNodes();
  expect(there.event(eventId)).toBeUndefined();
  await there.refresh();
  expect(there.event(eventId)).toEqual(here.event(eventId));
  granted(await here.change(eventId, { name: 'Grand gala' }));
  await there.refresh();
  expect(there.event(eventId)).toMatchObject({ name: 'Grand gala', revision: 2 });
});

it('takes over seats that another node added, also to a hall that it knows', async () => {
  const { here, there, eventId } = await twoNodes();
  const first = granted(await here.addSeats(eventId, [seat('A1')], undefined)).seats[0]?.seatId as number;
  await there.refresh();
  expect((await there.hall(eventId))?.seats.map(({ number }) => number)).toEqual(['A1']);
  const second = granted(await here.addSeats(eventId, [seat('A2')], undefined)).seats[0]?.seatId as number;
  await there.refresh();
  expect((await there.hall(eventId))?.seats.map(({ number }) => number)).toEqual(['A1', 'A2']);
  expect([await there.eventOfSeat(first), await there.eventOfSeat(second)]).toEqual([eventId, eventId]);
  granted(await there.addSeats(eventId, [seat('A3')], undefined));
  await Promise.all([here.refresh(), there.refresh()]);
  for (const node of [here, there]) expect((await node.hall(eventId))?.seats).toHaveLength(3);
});

it('finds what another node has made a moment ago, whoever is sent from one to the other with each step', async () => {
  const { here, there, eventId } = await twoNodes({ isShared: true });
  granted(await there.now(eventId));
  const two = await twoNodes({ isShared: true });
  granted(await two.there.addSeats(two.eventId, [seat('A1')], undefined));
  granted(await two.here.change(two.eventId, { name: 'Grand gala' }));
  granted(await two.there.startSale(two.eventId));
  granted(await two.here.change(two.eventId, { venue: 'Hall 1' }));
  await two.there.refresh();
  expect(two.there.event(two.eventId)).toMatchObject({
    name: 'Grand gala',
    venue: 'Hall 1',
    status: 'ON_SALE',
  });
  expect(await here.now(eventId + 1_000)).toMatchObject({ refused: 'EVENT_NOT_FOUND' });
});

it('never overwrites what another node changed first: the later one is told, and goes on from there', async () => {
  const { here, there, eventId } = await twoNodes();
  await there.refresh();
  granted(await here.change(eventId, { name: 'Here' }));
  await expect(there.change(eventId, { venue: 'There' })).rejects.toThrow(Unavailable);
  expect(granted(await there.change(eventId, { venue: 'There' })).event).toMatchObject({
    name: 'Here',
    venue: 'There',
    revision: 3,
  });
});
