import { Type } from 'typebox';
import { IdParams } from '../contract/common.ts';
import { EventDetail, EventInput, EventPage, EventPatch, EventQuery, EventView } from '../contract/event.ts';
import { SeatInputs, SeatView } from '../contract/seat.ts';
import { isRefusal } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendLongList } from '../http/answers/long-list.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import {
  organiserKeyUnlessOpen,
  organiserUnlessOpenFirst,
  requireOrganiserUnlessOpen,
} from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { CatalogService } from './service.ts';
import {
  type EventDefaults,
  eventChange,
  eventDetail,
  eventDraft,
  eventView,
  newSeatView,
  seatDraft,
} from './wire.ts';

export interface CatalogRoutesOptions {
  defaults: EventDefaults;
  bulkBodyLimitBytes: number;
}

/** Events and their halls: `/api/v1/events`. */
export function catalogRoutes(app: HttpServer, catalog: CatalogService, options: CatalogRoutesOptions): void {
  readRoutes(app, catalog);
  writeRoutes(app, catalog, options.defaults);
  seatRoutes(app, catalog, options.bulkBodyLimitBytes);
}

function readRoutes(app: HttpServer, catalog: CatalogService): void {
  const list = {
    summary: 'Events, newest date first',
    tags: ['events'],
    querystring: EventQuery,
    response: { 200: EventPage },
  };
  app.get('/api/v1/events', { schema: list }, async (request) => {
    const { status, page, page_size } = request.query;
    const { items, total } = await catalog.page({ status, page, size: page_size });
    return { items: items.map(eventView), total, page, page_size, total_pages: Math.ceil(total / page_size) };
  });

  const detail = {
    summary: 'One event and how many of its seats are free',
    tags: ['events'],
    params: IdParams,
    response: { 200: EventDetail },
  };
  app.get('/api/v1/events/:id', { schema: detail }, async (request, reply) => {
    const found = await catalog.now(request.params.id);
    return isRefusal(found) ? sendRefusal(request, reply, found) : eventDetail(found);
  });
}

function writeRoutes(app: HttpServer, catalog: CatalogService, defaults: EventDefaults): void {
  const create = {
    summary: 'Create an event',
    tags: ['events'],
    security: SECURITY.organiser,
    body: EventInput,
    response: { 201: EventView },
  };
  app.post('/api/v1/events', { schema: create }, async (request, reply) => {
    const key = organiserKeyUnlessOpen(request);
    if (isRefusal(key)) return sendRefusal(request, reply, key);
    const draft = eventDraft(request.body, defaults);
    const created = isRefusal(draft) ? draft : await catalog.create(draft, key);
    if (isRefusal(created)) return sendRefusal(request, reply, created);
    const { event } = created;
    const { totalSeats } = event;
    const seats = { available: totalSeats, reserved: 0, booked: 0, sold: 0, unsold: totalSeats };
    return reply
      .code(201)
      .header('location', `/api/v1/events/${event.eventId}`)
      .send(eventView({ event, status: event.status, ...seats }));
  });

  const change = answerTo({
    schema: {
      summary: 'Change an event',
      tags: ['events'],
      security: SECURITY.organiser,
      params: IdParams,
      body: EventPatch,
      response: { 200: EventView },
    },
    sender: requireOrganiserUnlessOpen,
    ask: (_organiser, { params, body }) => catalog.change(params.id, eventChange(body)),
    view: eventView,
  });
  app.patch('/api/v1/events/:id', change);

  const start = answerTo({
    schema: {
      summary: 'Open the sale',
      tags: ['events'],
      security: SECURITY.organiser,
      params: IdParams,
      response: { 200: EventView },
    },
    sender: organiserKeyUnlessOpen,
    ask: (key, { params }) => catalog.startSale(params.id, key),
    view: eventView,
  });
  app.post('/api/v1/events/:id/start-sale', start);
}

function seatRoutes(app: HttpServer, catalog: CatalogService, bodyLimit: number): void {
  const add = {
    summary: 'Add seats, all or none',
    tags: ['events', 'seats'],
    security: SECURITY.organiser,
    params: IdParams,
    body: SeatInputs,
    response: { 201: Type.Array(SeatView) },
  };
  const options = { schema: add, bodyLimit, onRequest: organiserUnlessOpenFirst };
  app.post('/api/v1/events/:id/seats', options, async (request, reply) => {
    const key = organiserKeyUnlessOpen(request);
    if (isRefusal(key)) return sendRefusal(request, reply, key);
    const added = await catalog.addSeats(request.params.id, request.body.map(seatDraft), key);
    if (isRefusal(added)) return sendRefusal(request, reply, added);
    return sendLongList(reply.code(201), added.seats, newSeatView);
  });
}
