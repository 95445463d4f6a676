import { Type } from 'typebox';
import { IdParams } from '../contract/common.ts';
import { EventDetail, EventInput, EventPage, EventPatch, EventQuery, EventView } from '../contract/event.ts';
import { SeatInputs, SeatView } from '../contract/seat.ts';
import { isRefusal } from '../core/refusal.ts';
import { commandKey } from '../http/idempotency.ts';
import { requireOrganiserUnlessOpen } from '../http/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { sendLongList } from '../http/long-list.ts';
import { SECURITY } from '../http/openapi.ts';
import { sendRefusal } from '../http/refusals.ts';
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

/** Whose answers an organiser's stored commands are. */
const ORGANISER = 'organiser';

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
    const key = requireOrganiserUnlessOpen(request) ?? commandKey(request, ORGANISER);
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

  const change = {
    summary: 'Change an event',
    tags: ['events'],
    security: SECURITY.organiser,
    params: IdParams,
    body: EventPatch,
    response: { 200: EventView },
  };
  app.patch('/api/v1/events/:id', { schema: change }, async (request, reply) => {
    const wanted = requireOrganiserUnlessOpen(request) ?? eventChange(request.body);
    const changed = isRefusal(wanted) ? wanted : await catalog.change(request.params.id, wanted);
    return isRefusal(changed) ? sendRefusal(request, reply, changed) : eventView(changed);
  });

  const start = {
    summary: 'Open the sale',
    tags: ['events'],
    security: SECURITY.organiser,
    params: IdParams,
    response: { 200: EventView },
  };
  app.post('/api/v1/events/:id/start-sale', { schema: start }, async (request, reply) => {
    const key = requireOrganiserUnlessOpen(request) ?? commandKey(request, ORGANISER);
    const started = isRefusal(key) ? key : await catalog.startSale(request.params.id, key);
    return isRefusal(started) ? sendRefusal(request, reply, started) : eventView(started);
  });
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
  app.post('/api/v1/events/:id/seats', { schema: add, bodyLimit }, async (request, reply) => {
    const key = requireOrganiserUnlessOpen(request) ?? commandKey(request, ORGANISER);
    if (isRefusal(key)) return sendRefusal(request, reply, key);
    const added = await catalog.addSeats(request.params.id, request.body.map(seatDraft), key);
    if (isRefusal(added)) return sendRefusal(request, reply, added);
    return sendLongList(reply.code(201), added.seats, newSeatView);
  });
}
