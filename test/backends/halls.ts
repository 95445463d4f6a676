import type { Event } from '../../src/catalog/event.ts';
import type { CatalogSeat } from '../../src/catalog/seat.ts';
import { MINUTE } from '../../src/core/clock.ts';
import type { Ports, Running } from './backend.ts';

export interface HallShape {
  rows?: number;
  seatsPerRow?: number;
  inventory?: Event['inventory'];
  /** Places, counted from 0, that the organiser blocked from the start. */
  blocked?: readonly number[];
}

export function eventOf(eventId: number, more: Partial<Event> = {}): Event {
  return {
    eventId,
    name: 'Winter Concert',
    startsAt: Date.UTC(2027, 11, 24),
    venue: null,
    status: 'ON_SALE',
    saleOpensAt: null,
    totalSeats: 4,
    currency: 'USD',
    inventory: 'seated',
    policy: { claimStrategy: 'atomic', holdMillis: 10 * MINUTE, seatsPerBuyer: 20, admissionMode: 'open' },
    seriesId: null,
    revision: 1,
    createdAt: 0,
    ...more,
  };
}

/** Rows A, B, C… of seats A1, A2, … with ids that follow each other. */
export function seatsOf(eventId: number, firstSeatId: number, shape: HallShape = {}): CatalogSeat[] {
  const { rows = 1, seatsPerRow = 4, blocked = [] } = shape;
  return Array.from({ length: rows * seatsPerRow }, (_, index) => {
    const row = String.fromCharCode(65 + Math.floor(index / seatsPerRow));
    return {
      seatId: firstSeatId + index,
      eventId,
      number: `${row}${(index % seatsPerRow) + 1}`,
      section: 'Floor',
      row,
      type: 'REGULAR',
      price: 100_00,
      x: null,
      y: null,
      blocked: blocked.includes(index),
      createdAt: 0,
    };
  });
}

/** Writes an event with its hall to the catalogue of a running back end. */
export async function openEvent(
  { ports }: { ports: Pick<Ports, 'ids' | 'catalogStore'> },
  shape: HallShape = {},
): Promise<{ eventId: number; seatIds: number[] }> {
  const eventId = await ports.ids.nextBlock('event', 1);
  const { rows = 1, seatsPerRow = 4, inventory = 'seated' } = shape;
  const totalSeats = rows * seatsPerRow;
  const seats = seatsOf(eventId, await ports.ids.nextBlock('seat', totalSeats), shape);
  await ports.catalogStore.save({ event: eventOf(eventId, { totalSeats, inventory }), seats });
  return { eventId, seatIds: seats.map(({ seatId }) => seatId) };
}

/** Lets everything that needs no clock go on: threads answer within a few turns of the loop. */
export async function turnsOfTheLoop(running: Running, turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  await running.ports.holdHistory.hold(0);
}
