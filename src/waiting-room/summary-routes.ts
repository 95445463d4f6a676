import { IdParams } from '../contract/common.ts';
import { formatOptionalDateTime } from '../contract/date-time.ts';
import { RoomSummary } from '../contract/waiting-room.ts';
import { SECOND } from '../core/clock.ts';
import { isRefusal } from '../core/refusal.ts';
import type { HttpServer } from '../http/kit.ts';
import { languageOf } from '../http/messages/sentence.ts';
import { sendRefusal } from '../http/refusals.ts';
import { roomPage } from './page.ts';
import type { Rooms } from './ports/rooms.ts';
import type { WaitingRoomService } from './service.ts';
import { roomSummary } from './wire.ts';

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The room as everybody may see it: a page for people, JSON for programs. */
export function summaryRoute(
  app: HttpServer,
  { service, rooms }: { service: WaitingRoomService; rooms: Rooms },
): void {
  const schema = {
    summary: 'The room as everybody may see it; HTML for who accepts it, a page that needs no script',
    tags: ['waiting room'],
    params: IdParams,
    response: {
      200: { content: { 'application/json': { schema: RoomSummary }, 'text/html': { schema: {} } } },
    },
  };
  app.get('/api/v1/events/:id/waiting-room', { schema, config: { hot: true } }, async (request, reply) => {
    const { id } = request.params;
    const found = await service.view(id);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { view, terms, pollMillis } = found;
    reply.header('cache-control', 'public, max-age=1').header('vary', 'accept, accept-language');
    const accepted = request.headers.accept ?? '';
    if (!/\btext\/html\b/i.test(accepted)) return reply.send(roomSummary(view, terms, pollMillis));
    const language = languageOf(request.headers['accept-language']);
    const opensAt = formatOptionalDateTime(terms.opensAt);
    reply.header('refresh', String(Math.ceil(pollMillis / SECOND)));
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8');
    return reply
      .serializer(String)
      .send(roomPage({ event: rooms.nameOf(id), view, opensAt, language }) as never);
  });
}
