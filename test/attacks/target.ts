import { Agent, type Dispatcher } from 'undici';
import { type Answer, bodyOf, type Client, clientOf, organiserOf } from '../system/client.ts';
import type { Program } from '../system/program.ts';
import { buy, hold, openSale } from '../system/sale.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  examples?: unknown[];
  minimum?: number;
  exclusiveMinimum?: number;
}

interface Operation {
  /** Forms have no schema of theirs. */
  requestBody?: { content: { 'application/json'?: { schema: Schema } } };
  parameters?: { name: string; in: string }[];
}

/** A route of the OpenAPI document. */
export interface Route {
  method: Dispatcher.HttpMethod;
  /** With `{id}` and the like in it. */
  template: string;
  /** With ids of what there is. */
  path: string;
  /** A body that the schema takes, or undefined when the route has none. */
  body: unknown;
}

/** A sale with a victim in it, and every route that can be attacked. Streams are left to the tests of streams. */
export async function targetOf(program: Pick<Program, 'url' | 'adminToken'>) {
  const anyone = clientOf(program);
  const organiser = organiserOf(program);
  const { eventId, seatIds } = await openSale(organiser, { rows: 2, seatsInRow: 10 });
  const held = await hold(anyone, 'victim', eventId, seatIds.slice(0, 1));
  const booking = await buy(anyone, 'victim', eventId, seatIds.slice(1, 2));
  const concert = await openConcert(anyone);
  const ids: Record<string, number | string> = {
    events: eventId,
    join: eventId,
    seats: seatIds[5] as number,
    reservations: held.reservations[0]?.reservation_id as number,
    bookings: booking.booking_id,
    reference: booking.booking_reference,
    concerts: concert.id,
    options: concert.optionId,
    users: concert.userId,
    v6: concert.reservationId,
    tickets: `${booking.booking_id}-${seatIds[1]}-1`,
  };
  const document = bodyOf(
    await anyone.get<{ paths: Record<string, Record<string, Operation>>; components?: unknown }>(
      '/openapi.json',
    ),
  );
  const routes = Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]): Route => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const path = template
        .replace('{eventId}/{seatId}', `${eventId}/${ids.seats}`)
        .replace(/([\w-]+)\/\{(\w+)\}/g, (_, noun: string) => `${noun}/${ids[noun]}`);
      return {
        method: method.toUpperCase() as Dispatcher.HttpMethod,
        template,
        path,
        body: schema && sample(schema, document),
      };
    }),
  );
  const state = async () =>
    JSON.stringify([
      (await anyone.get(`/api/v1/events/${eventId}`)).text,
      (await anyone.get(`/api/v1/events/${eventId}/seats`)).text,
      (await anyone.as('victim').get('/api/v1/bookings')).text,
      (await anyone.as('victim').get(`/api/v1/tickets?booking_id=${booking.booking_id}`)).text,
      (await anyone.as('victim').get('/api/v1/reservations?active_only=false')).text,
    ]);
  return {
    routes: routes.filter(
      ({ template }) => !/}(\/[\w-]+)?\/events$|\/(ws\/.*|stream|subscribe)$/.test(template),
    ),
    state,
    eventId,
  };
}

async function openConcert(anyone: Client) {
  const setup = { title: 'Concert', artistName: 'A', agencyName: 'B', seatCount: 4 };
  const { text } = await anyone.post('/api/concerts/setup', { ...setup, concertDate: '2027-03-01T18:00:00' });
  const [id, optionId] = text.match(/\d+/g)?.map(Number) ?? [];
  const user = bodyOf(await anyone.post<{ id: number }>('/api/users', { username: 'victim of concerts' }));
  const seats = bodyOf(await anyone.get<{ id: number }[]>(`/api/concerts/options/${optionId}/seats`));
  const held = await anyone.post<{ id: number }>('/api/reservations/v6/holds', {
    userId: user.id,
    seatId: seats[0]?.id,
    requestFingerprint: 'victim',
    deviceFingerprint: 'victim',
  });
  return {
    id: id as number,
    optionId: optionId as number,
    userId: user.id,
    reservationId: bodyOf(held, 201).id,
  };
}

/** A value that the schema takes, as small as it may be. */
function sample(schema: Schema, document: unknown): unknown {
  if (schema.$ref) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document);
    return sample(target as Schema, document);
  }
  if (schema.examples?.length) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sample(schema.anyOf[0] as Schema, document);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, field]) => [name, sample(field, document)]),
      );
    case 'array':
      return [sample(schema.items ?? {}, document)];
    case 'integer':
    case 'number':
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'x';
  }
}

const agent = new Agent({ connections: 8, pipelining: 1, headersTimeout: 10_000, bodyTimeout: 10_000 });

/**
 * Sends exactly this path and these bytes as a body: undici's own `request` makes `/status/%2e%2e` a request for `/`.
 * Rejects when there is no answer within ten seconds.
 */
export async function fire(
  program: Pick<Program, 'url'>,
  { method, path }: Pick<Route, 'method' | 'path'>,
  { headers, body }: { headers: Record<string, string>; body?: string | Buffer | undefined },
): Promise<Answer> {
  const response = await agent.request({
    origin: program.url,
    path,
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body ?? null,
  });
  const text = await response.body.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const flat = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  return { status: response.statusCode, headers: flat, text, body: parsed };
}
