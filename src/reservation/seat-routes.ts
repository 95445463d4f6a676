import { Type } from 'typebox';
import { IdParams, Strict } from '../contract/common.ts';
import {
  AvailabilityCheck,
  SEAT_STATUSES,
  SeatAvailability,
  SeatHistoryEntry,
  SeatIds,
  SeatIdsInput,
  SeatView,
} from '../contract/seat.ts';
import { seatView } from '../contract/seat-view.ts';
import { refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendLongList } from '../http/answers/long-list.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { ORGANISER, organiserKey, requireOrganiser } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { SeatNow } from './ports/seat-store.ts';
import type { SeatEnquiries } from './seat-enquiries.ts';
import type { ReservationService } from './service.ts';
import { historyView, STATUS_OF_SEAT, seatAvailability, seatNowView } from './wire.ts';

const tags = ['seats'];

export interface SeatRoutesNeeds {
  enquiries: SeatEnquiries;
  reservations: ReservationService;
}

/** The seats of an event and how they stand. */
export function seatRoutes(app: HttpServer, needs: SeatRoutesNeeds): void {
  eventSeatRoutes(app, needs);
  seatIdRoutes(app, needs);
  organiserRoutes(app, needs);
}

function eventSeatRoutes(app: HttpServer, { enquiries }: SeatRoutesNeeds): void {
  const SeatQuery = Strict({
    section: Type.Optional(Type.String({ maxLength: 50 })),
    status: Type.Optional(Type.String({ maxLength: 20 })),
  });
  const list = {
    summary: 'Seats by section, row and number',
    tags,
    params: IdParams,
    querystring: SeatQuery,
    response: { 200: Type.Array(SeatView) },
  };
  app.get('/api/v1/events/:id/seats', { schema: list }, async (request, reply) => {
    const { section, status } = request.query;
    if (status !== undefined && !SEAT_STATUSES.some((known) => known === status)) {
      return sendRefusal(request, reply, refuse('INVALID_STATUS', { status }));
    }
    const found = await enquiries.seats(request.params.id);
    if (!found) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
    const wanted = ({ seat, state }: SeatNow) =>
      (section === undefined || seat.section === section) &&
      (status === undefined || STATUS_OF_SEAT[state] === status);
    return sendLongList(reply, found.seats.filter(wanted), seatNowView);
  });

  const available = {
    summary: 'Free seats',
    tags,
    params: IdParams,
    response: { 200: Type.Array(SeatAvailability) },
  };
  app.get('/api/v1/events/:id/seats/available', { schema: available }, async (request, reply) => {
    const found = await enquiries.seats(request.params.id);
    if (!found) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
    const free = found.seats.filter(({ state }) => state === 'AVAILABLE');
    return sendLongList(reply, free, seatAvailability);
  });
}

const SEAT_ID_LIST = /^\s*\d{1,16}(\s*,\s*\d{1,16})*\s*$/;
const SEATS_ASKED = 1_000;

function seatIdRoutes(app: HttpServer, { enquiries }: SeatRoutesNeeds): void {
  const one = { summary: 'One seat', tags, params: IdParams, response: { 200: SeatView } };
  app.get('/api/v1/seats/:id', { schema: one }, async (request, reply) => {
    const [seat] = await enquiries.seatsById([request.params.id]);
    return seat ? seatNowView(seat) : sendRefusal(request, reply, refuse('SEAT_NOT_FOUND'));
  });

  const ListQuery = Strict({ seat_ids: Type.String({ maxLength: 20_000, examples: ['1,2'] }) });
  const some = {
    summary: 'Several seats',
    tags,
    querystring: ListQuery,
    response: { 200: Type.Array(SeatView) },
  };
  app.get('/api/v1/seats', { schema: some }, async (request, reply) => {
    const text = request.query.seat_ids;
    const seatIds = SEAT_ID_LIST.test(text) ? [...new Set(text.split(',').map(Number))] : [];
    if (seatIds.length === 0 || seatIds.length > SEATS_ASKED || !seatIds.every(Number.isSafeInteger)) {
      return sendRefusal(request, reply, refuse('INVALID_SEAT_IDS'));
    }
    return (await enquiries.seatsById(seatIds)).map(seatNowView);
  });

  const check = {
    summary: 'Whether seats are free',
    tags,
    body: SeatIds,
    response: { 200: AvailabilityCheck },
  };
  app.post('/api/v1/seats/check-availability', { schema: check }, async (request) => {
    const seatIds = [...new Set(request.body)];
    const found = new Map((await enquiries.seatsById(seatIds)).map((now) => [now.seat.seatId, now]));
    const seats = Object.fromEntries(
      seatIds.map((seatId) => {
        const now = found.get(seatId);
        const shown = now && seatAvailability(now);
        return [
          seatId,
          {
            seat_number: shown?.seat_number ?? null,
            status: shown?.status ?? 'NOT_FOUND',
            is_available: shown?.is_available ?? false,
          },
        ];
      }),
    );
    return { all_available: Object.values(seats).every((seat) => seat.is_available), seats };
  });
}

function organiserRoutes(app: HttpServer, { enquiries, reservations }: SeatRoutesNeeds): void {
  const security = SECURITY.organiser;
  for (const [path, type, status] of [
    ['block', 'block_seats', 'BLOCKED'],
    ['unblock', 'unblock_seats', 'AVAILABLE'],
  ] as const) {
    const route = answerTo({
      schema: {
        summary: `Organiser: ${path} seats, all or none`,
        tags,
        security,
        params: IdParams,
        body: SeatIdsInput,
        response: { 200: Type.Array(SeatView) },
      },
      sender: organiserKey,
      ask: (key, { params, body, principal }) =>
        reservations.block(params.id, body.seat_ids, { type, actor: principal?.userId ?? ORGANISER, key }),
      view: ({ seats }) => seats.map((seat) => seatView(seat.eventId, seat, status)),
    });
    app.post(`/api/v1/events/:id/seats/${path}`, route);
  }

  const history = answerTo({
    schema: {
      summary: 'Organiser: every change of a seat',
      tags,
      security,
      params: IdParams,
      response: { 200: Type.Array(SeatHistoryEntry) },
    },
    sender: requireOrganiser,
    ask: (_organiser, { params }) => enquiries.seatHistory(params.id),
    view: (found) => found.map(historyView),
  });
  app.get('/api/v1/seats/:id/history', history);
}
