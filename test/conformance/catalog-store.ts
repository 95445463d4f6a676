import { expect, it } from 'vitest';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { eventOf, seatsOf } from '../backends/halls.ts';
import { onEach } from './on-each.ts';

export function catalogStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'CatalogStore', (running) => {
    const fresh = async () => {
      const { ids } = running().ports;
      const eventId = await ids.nextBlock('event', 1);
      const event = eventOf(eventId, { venue: '올림픽홀', saleOpensAt: 5, seriesId: 7, currency: 'KRW' });
      return { eventId, event, seats: seatsOf(eventId, await ids.nextBlock('seat', 4), { blocked: [1] }) };
    };
    const stored = async ({ ports }: Running, eventId: number) =>
      (await ports.catalogStore.load()).events.find((event) => event.eventId === eventId);

    it('save: a new event, its seats and the command record are durable when it resolves', async () => {
      const { eventId, event, seats } = await fresh();
      const record = { key: { id: `event ${eventId}`, bodyHash: 'body' }, reply: { event }, at: 1 };
      await running().ports.catalogStore.save({ event, seats, record });
      await running().reopen();
      expect(await stored(running(), eventId)).toEqual(event);
      expect(await running().ports.catalogStore.seatsOf(eventId)).toEqual(seats);
      expect(await running().ports.commandLog.find(record.key.id)).toEqual(record);
    });

    it('save: all or nothing', async () => {
      const { eventId, event, seats } = await fresh();
      running().faults.failNext();
      const record = { key: { id: `lost event ${eventId}`, bodyHash: 'body' }, reply: 1, at: 1 };
      await expect(running().ports.catalogStore.save({ event, seats, record })).rejects.toThrow(Unavailable);
      expect(await stored(running(), eventId)).toBeUndefined();
      expect(await running().ports.catalogStore.seatsOf(eventId)).toEqual([]);
      expect(await running().ports.commandLog.find(record.key.id)).toBeUndefined();
    });

    it('save: of two seats with one number, none is written', async () => {
      const { eventId, event, seats } = await fresh();
      const twice = seats.map((seat, index) => (index === 3 ? { ...seat, number: 'A1' } : seat));
      await expect(running().ports.catalogStore.save({ event, seats: twice })).rejects.toThrow(Unavailable);
      expect(await running().ports.catalogStore.seatsOf(eventId)).toEqual([]);
    });

    it('save: a changed event replaces the one before; a revision that does not grow is refused', async () => {
      const { eventId, event } = await fresh();
      const { catalogStore } = running().ports;
      await catalogStore.save({ event });
      const paused = { ...event, status: 'PAUSED' as const, name: 'Renamed', revision: 3 };
      await catalogStore.save({ event: paused });
      for (const revision of [2, 3]) {
        const late = catalogStore.save({ event: { ...event, status: 'CLOSED', revision } });
        await expect(late).rejects.toMatchObject({ name: expect.any(String), indefinite: false });
        await expect(late).rejects.toThrow(Unavailable);
      }
      expect(await stored(running(), eventId)).toEqual(paused);
    });

    it('revision: another number after each change, whichever node made it', async () => {
      const { event, seats } = await fresh();
      const { catalogStore } = running().ports;
      const seen = [await catalogStore.revision()];
      await catalogStore.save({ event });
      seen.push(await catalogStore.revision());
      await catalogStore.save({ event: { ...event, revision: 2 }, seats });
      seen.push(await catalogStore.revision());
      expect(new Set(seen).size).toBe(3);
      await running().reopen();
      expect(await running().ports.catalogStore.revision()).toBe(seen.at(-1));
    });

    it('load: the blocks of seat ids name their event', async () => {
      const { eventId, event, seats } = await fresh();
      await running().ports.catalogStore.save({ event, seats });
      const { blocks } = await running().ports.catalogStore.load();
      const firstSeatId = seats[0]?.seatId;
      expect(blocks.filter((block) => block.eventId === eventId)).toEqual([
        { firstSeatId, seats: 4, eventId },
      ]);
    });

    it('seatsOf: in the organiser’s order, over several additions', async () => {
      const { eventId, event, seats } = await fresh();
      const { catalogStore, ids } = running().ports;
      const reversed = seats.map((seat, index) => ({ ...seat, number: `Z${9 - index}` }));
      await catalogStore.save({ event, seats: reversed });
      const more = seatsOf(eventId, await ids.nextBlock('seat', 4));
      await catalogStore.save({ event: { ...event, revision: 2 }, seats: more });
      expect(await catalogStore.seatsOf(eventId)).toEqual([...reversed, ...more]);
    });
  });
}
