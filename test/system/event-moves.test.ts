import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import {
  addSeats,
  buy,
  createEvent,
  openSale,
  seatInputs,
  secondsOf,
  startSale,
  statusOfSeat,
  tryHold,
} from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

describe('the moves of an event', () => {
  const WAY_TO: Record<string, string[]> = {
    UPCOMING: [],
    ON_SALE: ['ON_SALE'],
    PAUSED: ['ON_SALE', 'PAUSED'],
    CLOSED: ['ON_SALE', 'CLOSED'],
    CANCELLED: ['CANCELLED'],
  };
  const ALLOWED: Record<string, string[]> = {
    UPCOMING: ['ON_SALE', 'CANCELLED'],
    ON_SALE: ['PAUSED', 'CLOSED', 'CANCELLED'],
    PAUSED: ['ON_SALE', 'CLOSED', 'CANCELLED'],
    SOLD_OUT: ['CLOSED', 'CANCELLED'],
    CLOSED: [],
    CANCELLED: [],
  };
  const statuses = Object.keys(ALLOWED);

  async function eventIn(status: string): Promise<string> {
    if (status === 'SOLD_OUT') {
      const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
      await buy(anyone, 'ann', eventId, seatIds);
      return `/api/v1/events/${eventId}`;
    }
    const path = `/api/v1/events/${(await createEvent(organiser)).event_id}`;
    for (const step of WAY_TO[status] ?? []) bodyOf(await organiser.patch(path, { status: step }));
    return path;
  }

  // A status that is asked for again is no move: the contract is silent there, so it is left out.
  const moves = statuses.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to]));
  it.each(moves)('%s to %s', async (from, to) => {
    const path = await eventIn(from as string);
    const answer = await organiser.patch<EventView>(path, { status: to });
    if (ALLOWED[from as string]?.includes(to as string)) expect(bodyOf(answer).status).toBe(to);
    else {
      const message = `The event cannot go from ${from} to ${to}`;
      expectRefusal(answer, { status: 409, code: 'EVENT_MOVE_ILLEGAL', message });
      expect(bodyOf(await anyone.get<EventView>(path)).status).toBe(from);
    }
  });

  it('starts a sale once, and says the same again', async () => {
    const { event_id } = await createEvent(organiser);
    const first = await startSale(organiser, event_id);
    expect(first.status).toBe('ON_SALE');
    expect(await startSale(organiser, event_id)).toEqual(first);
  });

  it.each(['CLOSED', 'CANCELLED'])('starts no sale that is %s', async (status) => {
    const path = await eventIn(status);
    expectRefusal(await organiser.post(`${path}/start-sale`), { status: 409, code: 'EVENT_MOVE_ILLEGAL' });
  });

  it.each(['UPCOMING', 'PAUSED', 'CLOSED', 'CANCELLED'])('sells nothing while %s', async (status) => {
    const path = await eventIn(status);
    const eventId = Number(path.split('/').at(-1));
    const [seat] = await addSeats(organiser, eventId, seatInputs({ rows: 1, seatsInRow: 1 }));
    const { seat_id } = seat as SeatView;
    expectRefusal(await tryHold(anyone, 'ann', eventId, [seat_id]), {
      status: 409,
      code: 'SALE_NOT_OPEN',
      message: 'The event is not on sale',
    });
    expect(await statusOfSeat(anyone, seat_id)).toBe('AVAILABLE');
  });

  it('opens by itself when its time has come', async () => {
    const soon = new Date(Date.now() + 5_000).toISOString().slice(0, 19);
    const { event_id } = await createEvent(organiser, { sale_start_time: soon });
    const [seat] = await addSeats(organiser, event_id, seatInputs({ rows: 1, seatsInRow: 1 }));
    const { seat_id } = seat as SeatView;
    expectRefusal(await tryHold(anyone, 'ann', event_id, [seat_id]), { status: 409, code: 'SALE_NOT_OPEN' });
    await eventually(async () => (await tryHold(anyone, 'ann', event_id, [seat_id])).status, 201);
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(secondsOf(soon));
    expect(bodyOf(await anyone.get<EventView>(`/api/v1/events/${event_id}`)).status).toBe('ON_SALE');
  });

  it('is sold out with the last seat, and on sale again with the first that comes back', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const status = async () => bodyOf(await anyone.get<EventView>(`/api/v1/events/${eventId}`)).status;
    const bought = await buy(anyone, 'ann', eventId, seatIds.slice(0, 1));
    expect(await status()).toBe('ON_SALE');
    await buy(anyone, 'bob', eventId, seatIds.slice(1));
    expect(await status()).toBe('SOLD_OUT');
    bodyOf(await anyone.as('ann').post(`/api/v1/bookings/${bought.booking_id}/cancel`, {}));
    expect(await status()).toBe('ON_SALE');
    await buy(anyone, 'cid', eventId, seatIds.slice(0, 1));
    expect(await status()).toBe('SOLD_OUT');
  });
});
