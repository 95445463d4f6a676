import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdParams } from '../contract/common.ts';
import { TicketIdParams } from '../contract/ticket.ts';
import type { Language } from '../core/language.ts';
import { isRefusal } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { requirePrincipal } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { languageOf } from '../http/messages/sentence.ts';
import type { TicketService } from './service.ts';
import type { Ticket } from './ticket.ts';
import type { Ticketing } from './ticketing.ts';
import { ticketIdOf } from './wire.ts';

interface Format {
  extension: string;
  mediaType: string;
  what: string;
  draw: (tickets: readonly Ticket[], language: Language) => Promise<string | Uint8Array>;
}

/** Tickets to carry away: codes as pictures, sheets to print, dates for calendars. Only while they are in force. */
export function documentRoutes(app: HttpServer, ticketing: Ticketing): void {
  const { paper } = ticketing;
  const papers: Format[] = [
    {
      extension: 'pdf',
      mediaType: 'application/pdf',
      what: 'as a PDF',
      draw: (tickets, language) => paper.pdf(tickets, language),
    },
    {
      extension: 'ics',
      mediaType: 'text/calendar; charset=utf-8',
      what: 'as a calendar entry',
      draw: (tickets, language) => paper.calendar(tickets, language),
    },
  ];
  const pictures: Format[] = [
    {
      extension: 'svg',
      mediaType: 'image/svg+xml; charset=utf-8',
      what: 'its QR code as SVG',
      draw: ([ticket]) => paper.qrSvg(ticket as Ticket),
    },
    {
      extension: 'png',
      mediaType: 'image/png',
      what: 'its QR code as PNG',
      draw: ([ticket]) => paper.qrPng(ticket as Ticket),
    },
  ];
  for (const format of papers) {
    ticketRoute(app, ticketing, { ...format, name: 'ticket' });
    bookingRoute(app, ticketing, { ...format, name: 'tickets' });
  }
  for (const format of pictures) ticketRoute(app, ticketing, { ...format, name: 'qr' });
}

type Named = Format & { name: string };

function ticketRoute(app: HttpServer, { tickets }: Ticketing, format: Named): void {
  const schema = { ...about('One of the own tickets', format), params: TicketIdParams };
  app.get(`/api/v1/tickets/:id/${format.name}.${format.extension}`, { schema }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const id = ticketIdOf(request.params.id);
    const live = isRefusal(principal) ? principal : await tickets.liveTicket(id, principal.userId);
    if (isRefusal(live)) return sendRefusal(request, reply, live);
    return sendDocument(reply, format, [live], await languageFor(request, tickets, live));
  });
}

function bookingRoute(app: HttpServer, { tickets }: Ticketing, format: Named): void {
  const schema = { ...about('Own tickets of a booking', format), params: IdParams };
  app.get(`/api/v1/bookings/:id/${format.name}.${format.extension}`, { schema }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const { id } = request.params;
    const live = isRefusal(principal) ? principal : await tickets.liveTickets(id, principal.userId);
    if (isRefusal(live)) return sendRefusal(request, reply, live);
    return sendDocument(reply, format, live, await languageFor(request, tickets, live[0] as Ticket));
  });
}

function about(subject: string, { what, mediaType }: Format) {
  return {
    summary: `${subject}, ${what}`,
    tags: ['tickets'],
    security: SECURITY.buyer,
    produces: [mediaType],
  };
}

/** The language that is asked for, or else the one the buyer chose. */
async function languageFor(
  request: FastifyRequest,
  tickets: TicketService,
  ticket: Ticket,
): Promise<Language> {
  const asked = request.headers['accept-language'];
  return asked === undefined ? tickets.languageFor(ticket) : languageOf(asked);
}

async function sendDocument(
  reply: FastifyReply,
  { mediaType, name, extension, draw }: Named,
  tickets: readonly Ticket[],
  language: Language,
): Promise<FastifyReply> {
  const content = await draw(tickets, language);
  // It is a key to the door: it stays out of every cache.
  reply.header('cache-control', 'private, no-store').header('content-language', language);
  reply.header('content-disposition', `inline; filename="${name}.${extension}"`);
  return reply.type(mediaType).send(typeof content === 'string' ? content : Buffer.from(content));
}
