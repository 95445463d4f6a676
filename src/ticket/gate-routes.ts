import { IdParams } from '../contract/common.ts';
import { formatDateTime } from '../contract/date-time.ts';
import { CheckInInput, GateList, TicketIdParams, TicketKeys, TicketView } from '../contract/ticket.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { requireStaff } from '../http/identity/staff.ts';
import type { HttpServer } from '../http/kit.ts';
import { gateList } from './gate-list.ts';
import type { Ticketing } from './ticketing.ts';
import { ticketIdOf, ticketView, withEarlierEntry } from './wire.ts';

const tags = ['check-in'];
const security = SECURITY.organiser;

/** The entrance of an event, for the staff; the keys are for everybody. */
export function gateRoutes(app: HttpServer, ticketing: Ticketing): void {
  scanRoutes(app, ticketing);
  offlineRoutes(app, ticketing);
}

function scanRoutes(app: HttpServer, { gate }: Ticketing): void {
  const scan = answerTo({
    schema: {
      summary: 'Staff: let in the bearer of a code; a second scan is told when and where the first was',
      tags,
      security,
      params: IdParams,
      body: CheckInInput,
      response: { 200: TicketView },
    },
    sender: requireStaff,
    ask: async (staff, { params, body }) => {
      const admitted = await gate.checkIn(params.id, body, staff);
      return isRefusal(admitted) ? withEarlierEntry(admitted) : admitted;
    },
    view: ticketView,
  });
  app.post('/api/v1/events/:id/check-ins', scan);

  const undo = answerTo({
    schema: {
      summary: 'Staff: take back a scan; the code lets in once more',
      tags,
      security,
      params: TicketIdParams,
      response: { 200: TicketView },
    },
    sender: requireStaff,
    ask: (staff, { params }) => gate.undo(ticketIdOf(params.id), staff),
    view: ticketView,
  });
  app.post('/api/v1/tickets/:id/undo-check-in', undo);
}

function offlineRoutes(app: HttpServer, { gate, signatures, events }: Ticketing): void {
  const list = answerTo({
    schema: {
      summary: 'Staff: the tickets in force, signed, for a gate without a network',
      tags,
      security,
      params: IdParams,
      response: { 200: GateList },
    },
    sender: requireStaff,
    ask: async (_staff, { params }) =>
      events.describe(params.id) ? gate.liveTickets(params.id) : refuse('EVENT_NOT_FOUND'),
    view: (live, { params }) => ({
      event_id: params.id,
      issued_at: formatDateTime(live.at),
      tickets: live.tickets.length,
      keys: [...signatures.publicKeys()],
      list: gateList(params.id, live, signatures),
    }),
  });
  app.get('/api/v1/events/:id/gate-list', list);

  const keys = {
    summary: 'The public keys with which codes and gate lists can be checked by anybody',
    tags,
    response: { 200: TicketKeys },
  };
  app.get('/api/v1/tickets/keys', { schema: keys }, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return { keys: [...signatures.publicKeys()] };
  });
}
