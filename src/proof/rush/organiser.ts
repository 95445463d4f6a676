import type { EventDetail, EventInput, EventView } from '../../contract/event.ts';
import { SEATS_PER_CALL, type SeatInput, type SeatView } from '../../contract/seat.ts';
import { type RushOptions, RushRefused } from './options.ts';
import { isLost, type Wire, type WireRequest } from './wire.ts';

/** What the organiser and the auditor of a rush ask of the server. Each throws RushRefused with the server's words. */
export interface Office {
  /** The event's id: one of our own, on sale, or the one that was named. */
  openSale(): Promise<number>;
  event(eventId: number): Promise<EventDetail>;
  seats(eventId: number): Promise<SeatView[]>;
  /** Prometheus' text; undefined when the server does not show it, or not now. */
  metrics(): Promise<string | undefined>;
  /** The servers that the sale stands on, as `/health` names them. */
  backEnds(): Promise<string[]>;
}

/** Short enough that seats of buyers who walk away come back to the sale while it still runs. */
const HOLD_SECONDS = 20;
const SEATS_PER_ROW = 50;
const SECTIONS = [
  { name: 'Floor', share: 0.3, type: 'VIP', price: '150.00' },
  { name: 'Tier 1', share: 0.4, type: 'PREMIUM', price: '100.00' },
  { name: 'Tier 2', share: 0.3, type: 'REGULAR', price: '60.00' },
] as const;

export function openOffice(wire: Wire, options: RushOptions): Office {
  const ask = <T>(request: Omit<WireRequest, 'userId' | 'token'>) => askOffice<T>(wire, options, request);
  const office: Office = {
    async openSale() {
      if (options.event !== undefined) {
        const { event_id, status } = await office.event(options.event);
        if (status !== 'ON_SALE') throw new RushRefused(`Event ${event_id} is ${status}, not ON_SALE.`);
        return event_id;
      }
      const { event_id } = await ask<EventView>({
        method: 'POST',
        path: '/api/v1/events',
        body: ourEvent(options),
      });
      const hall = layOutSeats(options.seats);
      for (let from = 0; from < hall.length; from += SEATS_PER_CALL) {
        const body = hall.slice(from, from + SEATS_PER_CALL);
        await ask<SeatView[]>({ method: 'POST', path: `/api/v1/events/${event_id}/seats`, body });
      }
      await ask<EventView>({ method: 'POST', path: `/api/v1/events/${event_id}/start-sale` });
      return event_id;
    },
    event: (eventId) => ask<EventDetail>({ method: 'GET', path: `/api/v1/events/${eventId}` }),
    seats: (eventId) => ask<SeatView[]>({ method: 'GET', path: `/api/v1/events/${eventId}/seats` }),
    async metrics() {
      const { token } = options;
      if (token === undefined) return undefined;
      const reply = await wire.send({ method: 'GET', path: '/metrics', token });
      return isLost(reply) || reply.status !== 200 ? undefined : reply.body;
    },
    async backEnds() {
      const health = await ask<{ backends?: Record<string, string> }>({ method: 'GET', path: '/health' });
      return Object.keys(health.backends ?? {});
    },
  };
  return office;
}

async function askOffice<T>(wire: Wire, options: RushOptions, request: WireRequest): Promise<T> {
  const reply = await wire.send({
    ...request,
    userId: 'rush-organiser',
    ...(options.token !== undefined && { token: options.token }),
  });
  const what = `${request.method} ${request.path}`;
  if (isLost(reply))
    throw new RushRefused(`${what}: no answer from ${options.url} (${reply.lost}). Is the server running?`);
  if (reply.status >= 300) throw new RushRefused(`${what}: ${reply.status} ${reply.body.slice(0, 300)}`);
  return JSON.parse(reply.body) as T;
}

function ourEvent(options: RushOptions): EventInput {
  return {
    event_name: `Rush of ${options.buyers} buyers on ${options.seats} seats`,
    event_date: '2030-01-01T19:00:00',
    venue_name: 'Onrush Hall',
    total_seats: options.seats,
    hold_seconds: HOLD_SECONDS,
  };
}

/** Three sections behind one another, rows of fifty on a grid of one unit. Seat numbers are unique in the event. */
export function layOutSeats(count: number): SeatInput[] {
  let row = 0;
  let rest = count;
  return SECTIONS.flatMap((section, index) => {
    const size = index === SECTIONS.length - 1 ? rest : Math.round(count * section.share);
    rest -= size;
    const seats = Array.from({ length: size }, (_, seat): SeatInput => {
      const rowNumber = row + Math.floor(seat / SEATS_PER_ROW) + 1;
      const place = (seat % SEATS_PER_ROW) + 1;
      return {
        seat_number: `R${rowNumber}-${place}`,
        section: section.name,
        row_number: `R${rowNumber}`,
        seat_type: section.type,
        price: section.price,
        x: place,
        y: rowNumber + index * 2,
      };
    });
    row += Math.ceil(size / SEATS_PER_ROW);
    return seats;
  });
}
