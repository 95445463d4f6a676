import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import { formatOptionalDateTime } from '../../contract/date-time.ts';
import { RoomPageForm, RoomPageQuery, RoomSummary } from '../../contract/waiting-room.ts';
import { SECOND } from '../../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import { type AnyReply, sendRefusal } from '../../http/answers/refusals.ts';
import { acceptForms } from '../../http/bodies/form-body.ts';
import { cookieIn, cookieLine } from '../../http/cookies.ts';
import { type Principal, userPrincipal } from '../../http/identity/identity.ts';
import { sessionCookie } from '../../http/identity/sale-session.ts';
import type { HttpServer } from '../../http/kit.ts';
import { languageOf } from '../../http/messages/sentence.ts';
import { prefersPage } from '../../http/weights.ts';
import type { Lane } from '../lane.ts';
import type { Passes } from '../passes.ts';
import type { Rooms } from '../ports/rooms.ts';
import type { Told, Visitor, WaitingRoomService } from '../service.ts';
import { ROOM_PATH, roomSummary } from '../wire.ts';
import { type Reader, roomPage } from './page.ts';

interface PageNeeds {
  service: WaitingRoomService;
  rooms: Rooms;
  passes: Passes;
}

type Asked = Parameters<typeof cookieLine>[0] & Parameters<typeof cookieIn>[0] & { server: HttpServer };
type Named = Asked & { principal: Principal | undefined };
type PageReply = AnyReply & { serializer(serialize: (page: unknown) => string): unknown };

const COOKIE = 'waiting_room';
const COOKIE_SECONDS = 72 * 3_600;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'";
/** Who writes his name is not disturbed sooner. */
const NAMING_SECONDS = 60;
const LOST_SECONDS = 5;

/** What a principal is entitled to; nothing that a request says counts. */
export function visitorOf({ userId, roles }: Principal): Visitor {
  const lane: Lane = roles.includes('vip') ? 'high' : roles.includes('low') ? 'low' : 'normal';
  return { userId, lane };
}

/** Lets the page of this room know the browser again. */
export function pageCookie(
  request: Parameters<typeof cookieLine>[0],
  eventId: number,
  { passes, visitor }: { passes: Passes; visitor: Visitor },
): string {
  const value = passes.page(eventId, visitor);
  return cookieLine(request, { name: COOKIE, value, path: pathOf(eventId), seconds: COOKIE_SECONDS });
}

/** The room as everybody may see it: JSON for programs, and a page for people on which a place can be taken and used. */
export function pageRoutes(app: HttpServer, needs: PageNeeds): void {
  const schema = {
    summary: 'The room as everybody may see it; HTML for who accepts it, a page that needs no script',
    tags: ['waiting room'],
    params: IdParams,
    querystring: RoomPageQuery,
    response: {
      200: { content: { 'application/json': { schema: RoomSummary }, 'text/html': { schema: {} } } },
    },
  };
  app.get(ROOM_PATH, { schema, config: { hot: true } }, async (request, reply) => {
    const { id } = request.params;
    reply.header('vary', 'accept, accept-language, cookie');
    if (prefersPage(request.headers.accept)) {
      return showPage(needs, request, reply, { eventId: id, name: request.query.user_id });
    }
    const found = await needs.service.view(id);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { view, terms, pollMillis } = found;
    return reply.header('cache-control', 'public, max-age=1').send(roomSummary(view, terms, pollMillis));
  });
  app.register(async (scope: HttpServer) => formRoute(scope, needs));
}

function formRoute(scope: HttpServer, needs: PageNeeds): void {
  acceptForms(scope);
  const schema = {
    summary:
      'What the page of the room sends: take a place, or go in; leads back to the page, or to the shop',
    tags: ['waiting room'],
    params: IdParams,
    body: RoomPageForm,
    consumes: ['application/x-www-form-urlencoded'],
    response: {
      200: { content: { 'text/html': { schema: {} } } },
      303: Type.Null({ description: 'back to the page, or to the shop' }),
    },
  };
  scope.post(ROOM_PATH, { schema }, async (request, reply) => {
    const { id } = request.params;
    const visitor = namedIn(request, id, { passes: needs.passes, name: request.body.user_id });
    if (isRefusal(visitor)) return sendRefusal(request, reply, visitor);
    reply.header('set-cookie', pageCookie(request, id, { ...needs, visitor }));
    const { act, entry_token: token = '' } = request.body;
    const done = act === 'join' ? await join(needs, id, visitor) : await enter(needs, id, { visitor, token });
    if (done === 'lost') return showPage(needs, request, reply, { eventId: id });
    if (isRefusal(done) && done.refused === 'ROOM_FULL') {
      return showPage(needs, request, reply, { eventId: id, visitor, isFull: true });
    }
    if (done !== undefined && 'session' in done) {
      reply.header('set-cookie', sessionCookie(request, done.session));
      return reply.redirect(shopOf(id), 303);
    }
    // How he stands now, also when he was too late or has gone in before.
    return reply.redirect(pathOf(id), 303);
  });
}

async function join({ service }: PageNeeds, eventId: number, visitor: Visitor) {
  const told = await service.join(eventId, visitor).catch(ifLost);
  return told === 'lost' || isRefusal(told) ? told : undefined;
}

function enter(
  { service }: PageNeeds,
  eventId: number,
  { visitor, token }: { visitor: Visitor; token: string },
) {
  return service.enter(eventId, visitor.userId, token).catch(ifLost);
}

interface Shown {
  eventId: number;
  /** What is suggested as the name of somebody unknown. */
  name?: string | undefined;
  visitor?: Visitor;
  isFull?: boolean;
}

async function showPage(
  { service, rooms, passes }: PageNeeds,
  request: Named,
  reply: PageReply,
  { eventId, name = '', visitor = knownIn(request, eventId, passes), isFull = false }: Shown,
) {
  const found = await service.view(eventId).catch(ifLost);
  if (found !== 'lost' && isRefusal(found)) return sendRefusal(request as never, reply, found);
  const told =
    visitor && found !== 'lost' ? await service.status(eventId, visitor.userId).catch(ifLost) : undefined;
  const isLost = found === 'lost' || told === 'lost';
  const reader = readerOf(request, { visitor, told, name });
  const own = reader.kind === 'in line' ? reader.told : undefined;
  const isPublic = !visitor && !isLost;
  const seconds = isLost ? LOST_SECONDS : secondsUntilNextLook(reader, own?.pollMillis ?? found.pollMillis);
  if (isLost) {
    reply.code(503);
    reply.header('retry-after', String(LOST_SECONDS));
  }
  if (own?.session) reply.header('set-cookie', sessionCookie(request, own.session));
  reply.header('cache-control', isPublic ? 'public, max-age=1' : 'private, no-store');
  reply.header('refresh', own?.session ? `1; url=${shopOf(eventId)}` : String(seconds));
  reply.header('content-security-policy', POLICY);
  reply.header('content-type', 'text/html; charset=utf-8');
  reply.serializer(String);
  const page = roomPage({
    event: rooms.nameOf(eventId),
    shop: shopOf(eventId),
    reader,
    isFull,
    view: isLost ? undefined : found.view,
    opensAt: isLost ? null : formatOptionalDateTime(found.terms.opensAt),
    language: languageOf(request.headers['accept-language']),
    until: formatOptionalDateTime(own?.standing.until ?? null),
  });
  return reply.send(page);
}

function readerOf(
  { server }: Named,
  {
    visitor,
    told,
    name,
  }: { visitor: Visitor | undefined; told: Told | Refusal | 'lost' | undefined; name: string },
): Reader {
  if (told !== undefined && told !== 'lost' && !isRefusal(told)) return { kind: 'in line', told };
  if (visitor) return { kind: 'visitor' };
  return { kind: 'nobody', name: server.kit.access.tokens ? undefined : name };
}

function secondsUntilNextLook(reader: Reader, pollMillis: number): number {
  const seconds = Math.ceil(pollMillis / SECOND);
  return reader.kind === 'nobody' && reader.name !== undefined ? Math.max(NAMING_SECONDS, seconds) : seconds;
}

/** Who looks, as a proxy or a cookie of ours says. */
function knownIn(request: Named, eventId: number, passes: Passes): Visitor | undefined {
  if (request.principal) return visitorOf(request.principal);
  const token = cookieIn(request, COOKIE);
  return token === undefined ? undefined : passes.visitorOf(eventId, token);
}

/** The same, or, where names are believed, who he says he is. */
function namedIn(
  request: Named,
  eventId: number,
  { passes, name }: { passes: Passes; name: string | undefined },
): Visitor | Refusal {
  const known = knownIn(request, eventId, passes);
  if (known) return known;
  const { tokens } = request.server.kit.access;
  if (tokens || name === undefined) {
    return refuse('IDENTITY_REQUIRED', { header: tokens ? 'Authorization' : 'X-User-ID' });
  }
  const principal = userPrincipal(name);
  return isRefusal(principal) ? principal : visitorOf(principal);
}

function pathOf(eventId: number): string {
  return ROOM_PATH.replace(':id', String(eventId));
}

function shopOf(eventId: number): string {
  return `/events/${eventId}`;
}

function ifLost(error: unknown): 'lost' {
  onlyUnavailable(error);
  return 'lost';
}
