import { describe, expect, it } from 'vitest';
import { type Answer, bodyOf } from './client.ts';
import { ROUTES } from './every-route.ts';
import { expectResolved } from './references.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone } = sharedProgram();

interface Document {
  openapi?: string;
  components: object;
  paths: Record<
    string,
    Record<string, { operationId?: string; responses: Record<string, unknown>; summary?: string }>
  >;
}
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** OpenAPI has one of a medium or a parameter, JSON Schema a list of them. */
function examplesOf(holder: { example?: unknown }, schema: { examples?: unknown[] }): unknown[] {
  return [...('example' in holder ? [holder.example] : []), ...(schema.examples ?? [])];
}

type Shown = Record<string, unknown> & {
  $ref?: string;
  type?: unknown;
  properties?: Record<string, Shown>;
  items?: Shown;
};

/** Where it says only of what type it is: what whoever reads it can see no example of. Numbers and yes or no are their own. */
function withoutExample(schema: Shown, at: string, named: Record<string, Shown>): string[] {
  if (['examples', 'example', 'enum', 'const'].some((word) => word in schema)) return [];
  const { $ref, type, properties, items } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return withoutExample(named[name] ?? {}, name, named);
  }
  if (properties)
    return Object.entries(properties).flatMap(([name, each]) => withoutExample(each, `${at}.${name}`, named));
  if (items) return withoutExample(items, `${at}[]`, named);
  return [type].flat().some((each) => each === 'integer' || each === 'number' || each === 'boolean')
    ? []
    : [at];
}

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and lists every route that there is', async () => {
    const document = bodyOf(await anyone.get<Document>('/openapi.json'));
    expect(document.openapi).toMatch(/^3\.1\./);
    const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => METHODS.has(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.sort()).toEqual([...ROUTES].sort());
    expectResolved(document);
  });

  it('says of each route what it does, what it answers and how it refuses', async () => {
    const document = bodyOf(await anyone.get<Document>('/openapi.json'));
    const names = new Set<string | undefined>([undefined]);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const name = `${method} ${path}`;
        expect(operation.summary, name).toBeTruthy();
        expect(names, name).not.toContain(operation.operationId);
        names.add(operation.operationId);
        const statuses = Object.keys(operation.responses);
        expect(
          statuses.some((status) => /^(2\d\d|101)$/.test(status)),
          name,
        ).toBe(true);
        expect(
          statuses.some((status) => /^4/.test(status)),
          name,
        ).toBe(true);
      }
    }
  });

  it('shows an example of every JSON that is sent or answered, whole or field by field', async () => {
    type Body = { content?: Record<string, { schema: Shown; example?: unknown }> };
    type Operation = { requestBody?: Body; responses: Record<string, Body> };
    const { paths, components } = bodyOf(
      await anyone.get<{
        paths: Record<string, Record<string, Operation>>;
        components: { schemas: Record<string, Shown> };
      }>('/openapi.json'),
    );
    const missing = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody, responses }]) =>
        [requestBody, ...Object.values(responses)].flatMap((body) => {
          const json = body?.content?.['application/json'];
          if (!json || 'example' in json) return [];
          return withoutExample(json.schema, `${method} ${path}`, components.schemas);
        }),
      ),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has schemas that a JSON Schema validator can read, and examples that are valid', async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const document = bodyOf(await anyone.get<Document>('/openapi.json'));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    let schemas = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        if (key === 'schema' && typeof child === 'object') {
          // References are relative to the document, so it comes along.
          const isValid = ajv.compile({ ...(child as object), components: document.components });
          for (const example of examplesOf(value, child as object))
            if (!isValid(example)) expect([example, isValid.errors]).toEqual([example, null]);
          schemas++;
        } else visit(child);
      }
    };
    visit(document.paths);
    expect(schemas).toBeGreaterThan(ROUTES.length);
  });
});

describe('what answers are said to be', () => {
  const said = async () => {
    type Operation = { responses: Record<string, { content?: Record<string, unknown> }> };
    const { body } = await anyone.get<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
    return Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { responses }]) => {
        const [status = '', answer] = Object.entries(responses)[0] ?? [];
        return [`${method} ${path}`, status, Object.keys(answer?.content ?? {}).join()] as const;
      }),
    );
  };

  it('a socket is no JSON, nor are server-sent events and documents', async () => {
    for (const [route, status, mediaType] of await said()) {
      if (route.includes('/ws/')) expect([route, status, mediaType]).toEqual([route, '101', '']);
      if (/(?<!api)\/(events|stream|subscribe)$/.test(route) && !route.endsWith('v1/events'))
        expect([route, status, mediaType]).toEqual([route, '200', 'text/event-stream']);
    }
    const types = new Map((await said()).map(([route, , mediaType]) => [route, mediaType]));
    expect(types.get('get /api/v1/tickets/{id}/ticket.pdf')).toBe('application/pdf');
    expect(types.get('get /metrics')).toBe('text/plain');
  });

  it('what answers nothing says 204', async () => {
    const statuses = new Map((await said()).map(([route, status]) => [route, status]));
    for (const act of ['heartbeat', 'leave', 'broadcast', 'revoke'])
      expect([act, statuses.get(`post /api/v1/events/{id}/waiting-room/${act}`)]).toEqual([act, '204']);
  });
});

const ASK: Readonly<Record<string, (path: string) => Promise<Answer>>> = {
  get: (path) => anyone.get(path),
  post: (path) => anyone.post(path, { no: 'such' }),
  patch: (path) => anyone.patch(path, { no: 'such' }),
  delete: (path) => anyone.delete(path),
};

it('an error has no field that the document does not name', async () => {
  type Operation = { responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }> };
  const { paths, components } = bodyOf(
    await anyone.get<{
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, { properties: object; required: string[] }> };
    }>('/openapi.json'),
  );
  const shapes = new Set<string>();
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(operations)) {
      if (/\/ws\/|\/(events|stream|subscribe)$/.test(path)) continue;
      const nowhere = path.replace(/\{\w+\}/g, '987654321');
      const answer = await ASK[method]?.(nowhere);
      if (!answer || answer.status < 400) continue;
      const { $ref } = responses['4XX']?.content['application/json']?.schema ?? { $ref: '' };
      const name = $ref.split('/').at(-1) ?? '';
      shapes.add(name);
      const { properties, required } = components.schemas[name] ?? { properties: {}, required: [] };
      const fields = Object.keys(answer.body as object);
      expect([method, path, Object.keys(properties)]).toEqual([method, path, expect.arrayContaining(fields)]);
      expect([method, path, fields]).toEqual([method, path, expect.arrayContaining(required)]);
    }
  expect([...shapes].sort()).toEqual(['ConcertsError', 'Error', 'RushError']);
});
