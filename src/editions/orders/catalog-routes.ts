import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import { OrdersEvent, OrdersHall, SeatStream, SeatStreamQuery } from '../../contract/orders.ts';
import { isRefusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import type { HttpServer } from '../../http/kit.ts';
import { openEventStream, TERSE_MANNER } from '../../http/streams/sse.ts';
import { ORDERS_FACE } from './face.ts';
import type { Events, Seats } from './ports/sale.ts';
import type { SeatUpdateStreams } from './ports/seat-updates.ts';
import { initFrame, pointOf } from './stream-wire.ts';
import { eventView, hallView } from './wire.ts';

const tags = ['orders'];
const config = { face: ORDERS_FACE };

export interface CatalogRoutesNeeds {
  events: Events;
  seats: Seats;
  updates: SeatUpdateStreams;
}

/** Events, their seats, and the seats' changes as they happen: `/api/events`. */
export function catalogRoutes(app: HttpServer, needs: CatalogRoutesNeeds): void {
  eventRoutes(app, needs);
  streamRoute(app, needs.updates);
}

function eventRoutes(app: HttpServer, { events, seats }: CatalogRoutesNeeds): void {
  const list = { summary: 'All events', tags, response: { 200: Type.Array(OrdersEvent) } };
  app.get('/api/events', { schema: list, config }, () => events.list().map(eventView));

  const one = { summary: 'One event', tags, params: IdParams, response: { 200: OrdersEvent } };
  app.get('/api/events/:id', { schema: one, config }, (request, reply) => {
    const event = events.find(request.params.id);
    return event ? eventView(event) : sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
  });

  const hall = {
    summary: 'The seats of an event by row and column',
    tags,
    params: IdParams,
    response: { 200: OrdersHall },
  };
  app.get('/api/events/:id/seats', { schema: hall, config }, async (request, reply) => {
    const found = await seats.seats(request.params.id);
    return found ? hallView(found.seats) : sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
  });
}

function streamRoute(app: HttpServer, updates: SeatUpdateStreams): void {
  const schema = {
    summary:
      'INIT, then a SEAT_UPDATE for every change; goes on after Last-Event-ID without loss or repetition',
    tags,
    params: IdParams,
    querystring: SeatStreamQuery,
    response: { 200: SeatStream },
  };
  app.get('/api/events/:id/seats/stream', { schema, config }, async (request, reply) => {
    const { id } = request.params;
    if (!(await updates.exists(id))) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
    const pass = await request.server.kit.streams.admit(request);
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    const last = request.headers['last-event-id'];
    const since = typeof last === 'string' && last !== '' ? pointOf(last) : undefined;
    const stream = openEventStream(request, reply, pass, TERSE_MANNER);
    // In one turn with the watching: nothing can happen between the version that is named and the first change.
    const at = since && since.epoch >= 0 ? since : updates.pointOf(id);
    if (at) stream.send(initFrame(id, at));
    stream.onClose(updates.watch(id, stream, since));
    return reply;
  });
}
