import type { EventDetail, EventInput, EventView } from '../../contract/event.ts';
import { SEATS_PER_CALL, type SeatInput, type SeatView } from '../../contract/seat.ts';
import type { RoomSummary } from '../../contract/waiting-room.ts';
import { type RushOptions, RushRefused } from './options.ts';
import { isLost, type Wire, type WireRequest } from './wire.ts';

export interface Sale {
  eventId: number;
  admission: 'open' | 'waiting_room';
  /** People let in, a second, at most; null without a waiting room. */
  ratePerSecond: number | null;
}

/** What the organiser and the auditor of a rush ask of the server. Each throws RushRefused with the server's words. */
export interface Office {
  /** One of our own, or the one that was named; on sale, and its waiting room, if it has one, open. */
  openSale(): Promise<Sale>;
  event(eventId: number): Promise<EventDetail>;
  seats(eventId: number): Promise<SeatView[]>;
  /** The waiting room, as everybody may see it. */
  line(eventId: number): Promise<RoomSummary>;
  /** Prometheus' text; undefined when the server does not show it, or not now. */
  metrics(): Promise<string | undefined>;
  /** The servers that the sale stands on, as `/health` names them. */
  backEnds(): Promise<string[]>;
}

/** Buyers think for a second where people think for a minute: this is ten minutes to them. */
const HOLD_SECONDS = 10;
/** Slides with every request; long enough for an answer that is late. */
const SESSION_SECONDS = 30;
/** Longer than a call and a purchase take together. */
const SECONDS_INSIDE = 60;
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
        const named = await office.event(options.event);
        const { event_id, status } = named;
        if (status !== 'ON_SALE') throw new RushRefused(`Event ${event_id} is ${status}, not ON_SALE.`);
        return saleOf(named);
      }
      const ours = await ask<EventView>({
        method: 'POST',
        path: '/api/v1/events',
        body: ourEvent(options),
      });
      const { event_id } = ours;
      const hall = layOutSeats(options.seats);
      for (let from = 0; from < hall.length; from += SEATS_PER_CALL) {
        const body = hall.slice(from, from + SEATS_PER_CALL);
        await ask<SeatView[]>({ method: 'POST', path: `/api/v1/events/${event_id}/seats`, body });
      }
      await ask<EventView>({ method: 'POST', path: `/api/v1/events/${event_id}/start-sale` });
      const sale = saleOf(ours);
      if (sale.admission === 'waiting_room') {
        await ask({ method: 'POST', path: `/api/v1/events/${event_id}/waiting-room/open`, body: {} });
      }
      return sale;
    },
    event: (eventId) => ask<EventDetail>({ method: 'GET', path: `/api/v1/events/${eventId}` }),
    seats: (eventId) => ask<SeatView[]>({ method: 'GET', path: `/api/v1/events/${eventId}/seats` }),
    line: (eventId) => ask<RoomSummary>({ method: 'GET', path: `/api/v1/events/${eventId}/waiting-room` }),
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
    ...(options.admission === 'waiting_room' && { admission: roomAt(options.rate) }),
  };
}

/**
 * First come, first served: it is open before anybody comes. Nothing but the rate and the seats that are left shall
 * hold people back, so there is room inside for as many as come in while somebody buys; and who went away without a
 * word is not believed to look for seats for long.
 */
function roomAt(rate: number): NonNullable<EventInput['admission']> {
  return {
    mode: 'waiting_room',
    rate_per_second: rate,
    active_max: rate * SECONDS_INSIDE,
    session_seconds: SESSION_SECONDS,
  };
}

function saleOf({ event_id, admission }: EventView): Sale {
  return admission.mode === 'waiting_room'
    ? { eventId: event_id, admission: 'waiting_room', ratePerSecond: admission.rate_per_second ?? null }
    : { eventId: event_id, admission: 'open', ratePerSecond: null };
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
