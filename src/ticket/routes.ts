import { Type } from 'typebox';
import { TicketDetail, TicketIdParams, TicketQuery, TicketView, TransferInput } from '../contract/ticket.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { claimant } from '../http/identity/claimant.ts';
import { requirePrincipal } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { documentRoutes } from './document-routes.ts';
import { gateRoutes } from './gate-routes.ts';
import { isLive } from './ticket.ts';
import type { Ticketing } from './ticketing.ts';
import { ticketDetail, ticketIdOf, ticketView } from './wire.ts';

const tags = ['tickets'];
const security = SECURITY.buyer;

/** Tickets: `/api/v1/tickets`, those of a booking, and the entrance of an event. */
export function ticketRoutes(app: HttpServer, ticketing: Ticketing): void {
  readRoutes(app, ticketing);
  changeRoutes(app, ticketing);
  documentRoutes(app, ticketing);
  gateRoutes(app, ticketing);
}

function readRoutes(app: HttpServer, { tickets, paper }: Ticketing): void {
  const list = answerTo({
    schema: {
      summary: 'Own tickets, latest booking first; those of one booking by seat',
      tags,
      security,
      querystring: TicketQuery,
      response: { 200: Type.Array(TicketView) },
    },
    sender: requirePrincipal,
    ask: async ({ userId }, { query: { booking_id, event_id } }) => {
      if (booking_id === undefined)
        return tickets.heldBy(userId, event_id === undefined ? {} : { eventId: event_id });
      const ofOrder = await tickets.ofOrder(booking_id, userId);
      return ofOrder.filter(({ eventId }) => event_id === undefined || eventId === event_id);
    },
    view: (found) => found.map(ticketView),
  });
  app.get('/api/v1/tickets', list);

  const one = answerTo({
    schema: {
      summary: 'One of the own tickets, with its code and what was done to it',
      tags,
      security,
      params: TicketIdParams,
      response: { 200: TicketDetail },
    },
    sender: requirePrincipal,
    ask: async ({ userId }, { params }) => {
      const ticket = await tickets.ticket(ticketIdOf(params.id), userId);
      return isRefusal(ticket) ? ticket : { ticket, history: await tickets.history(ticket) };
    },
    view: ({ ticket, history }) =>
      ticketDetail(ticket, {
        code: isLive(ticket) ? paper.code(ticket) : null,
        event: paper.event([ticket]),
        history,
      }),
  });
  app.get('/api/v1/tickets/:id', one);
}

function changeRoutes(app: HttpServer, { tickets }: Ticketing): void {
  const transfer = answerTo({
    schema: {
      summary: 'Pass a ticket on to another person; its code dies',
      tags,
      security,
      params: TicketIdParams,
      body: TransferInput,
      response: { 200: TicketView },
    },
    sender: claimant,
    ask: async (holder, { params, body }) => {
      if (body.to_user_id === holder.userId) {
        const detail = [{ field: 'to_user_id', message: 'must be another person' }];
        return refuse('VALIDATION_FAILED', {}, { detail });
      }
      return tickets.transfer(ticketIdOf(params.id), body.to_user_id, holder);
    },
    view: ticketView,
  });
  app.post('/api/v1/tickets/:id/transfer', transfer);

  const reissue = answerTo({
    schema: {
      summary: 'Issue a ticket anew: the old code dies, the answer is the new ticket',
      tags,
      security,
      params: TicketIdParams,
      response: { 200: TicketView },
    },
    sender: claimant,
    ask: (holder, { params }) => tickets.reissue(ticketIdOf(params.id), holder),
    view: ticketView,
  });
  app.post('/api/v1/tickets/:id/reissue', reissue);
}
