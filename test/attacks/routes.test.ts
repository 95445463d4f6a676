import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, clientOf, expectErrorBody } from '../system/client.ts';
import { sharedProgram } from '../system/shared-program.ts';
import {
  HOSTILE_BODIES,
  HOSTILE_HEADERS,
  HOSTILE_PARAMETERS,
  HOSTILE_QUERIES,
  HOSTILE_VALUES,
} from './hostile.ts';
import { fire, type Route, targetOf } from './target.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { program } = sharedProgram({ SHED_DELAY_MS: '0' });
let routes: Route[];
let state: () => Promise<string>;
beforeAll(async () => {
  ({ routes, state } = await targetOf(program));
});
afterEach(async () => {
  expect((await clientOf(program).get('/health')).status).toBe(200);
});

/** The attacker is a buyer who somehow got hold of the organiser's token: nothing is stopped at the door. */
const attacker = () => ({ 'x-user-id': 'attacker', 'x-token': program.adminToken });

/** Never a 5xx; a refusal in the one shape. */
function expectComposure(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  expect(answer.headers['trace-id'], what).toMatch(/^[0-9a-f]{32}$/);
  if (answer.status >= 400) expectErrorBody(answer);
}

/** Fires, and sees that the victims' seats and orders are as they were unless one of the attacks was a sound request. */
async function assault(attacks: readonly (() => Promise<[what: string, answer: Answer]>)[]): Promise<void> {
  const before = await state();
  let refused = true;
  for (const attack of attacks) {
    const [what, answer] = await attack();
    expectComposure(answer, what);
    refused &&= answer.status >= 400;
  }
  if (refused) expect(await state()).toBe(before);
}

const named = ({ method, template }: Route) => `${method} ${template}`;
const bodied = () => routes.filter((route) => route.body !== undefined);
const text = (body: unknown) => (body === undefined ? undefined : JSON.stringify(body));

describe('every route of the OpenAPI document withstands', () => {
  it('hostile values in every field of its body', async () => {
    expect(bodied().length).toBeGreaterThan(10);
    for (const route of bodied()) {
      const isArray = Array.isArray(route.body);
      const sound = (isArray ? (route.body as unknown[])[0] : route.body) as Record<string, unknown>;
      const fields = typeof sound === 'object' ? Object.keys(sound) : [];
      for (const field of fields) {
        await assault(
          Object.entries(HOSTILE_VALUES).map(([kind, value]) => async () => {
            const rest = Object.entries(sound).map(([name, own]) =>
              name === field ? `"${name}":${value}` : `${JSON.stringify(name)}:${JSON.stringify(own)}`,
            );
            const object = `{${rest.join(',')}}`;
            const body = isArray ? `[${object}]` : object;
            return [
              `${named(route)}, ${kind} as ${field}`,
              await fire(program, route, { headers: attacker(), body }),
            ];
          }),
        );
      }
    }
  });

  it('fields that it does not know, and names them', async () => {
    for (const route of bodied()) {
      if (Array.isArray(route.body) && typeof route.body[0] !== 'object') continue;
      const before = await state();
      for (const field of [
        'price',
        'status',
        'role',
        'isAdmin',
        'hasOwnProperty',
        'toString',
        '',
        '$where',
      ]) {
        const object = Array.isArray(route.body) ? route.body[0] : route.body;
        if (Object.hasOwn(object as object, field)) continue;
        const extended = { ...(object as object), [field]: 'x' };
        const body = JSON.stringify(Array.isArray(route.body) ? [extended] : extended);
        const answer = await fire(program, route, { headers: attacker(), body });
        expect(
          [answer.status, (answer.body as { code: string }).code],
          `${named(route)}, ${field}: ${answer.text}`,
        ).toEqual([422, 'UNKNOWN_FIELD']);
        expectErrorBody(answer);
      }
      for (const poison of ['__proto__', 'constructor', 'prototype']) {
        const body = `{"${poison}":{"x":1}}`;
        const answer = await fire(program, route, { headers: attacker(), body });
        expect(answer.status, `${named(route)}, ${poison}: ${answer.text}`).toBe(422);
      }
      expect(await state()).toBe(before);
    }
  });

  it('bodies that are none', async () => {
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      await assault(
        Object.entries(HOSTILE_BODIES).map(([kind, body]) => async () => {
          const answer = await fire(program, route, { headers: attacker(), body }).catch((error: unknown) => {
            // Who sends far too much may be cut off before he has finished.
            if (kind === 'a body that is too large') return undefined;
            throw new Error(`${named(route)}, ${kind}: no answer`, { cause: error });
          });
          return [
            `${named(route)}, ${kind}`,
            answer ?? (await fire(program, { method: 'GET', path: '/health' }, { headers: {} })),
          ];
        }),
      );
    }
  });

  // A user may be called anything, `..` too, which means nothing in a path that is taken as it comes. It is nobody's id
  // all the same: he who sends it is another.
  it('ids that are none', async () => {
    for (const route of routes.filter(({ template }) => template.includes('{'))) {
      await assault(
        HOSTILE_PARAMETERS.map((parameter) => async () => {
          const path = route.template.replace(/\{\w+\}/, parameter);
          const answer = await fire(
            program,
            { ...route, path },
            { headers: attacker(), body: text(route.body) },
          );
          expect(answer.status, `${route.method} ${path.slice(0, 100)}`).toBeGreaterThanOrEqual(400);
          return [`${route.method} ${path.slice(0, 100)}`, answer];
        }),
      );
    }
  });

  it('queries that it does not know', async () => {
    for (const route of routes) {
      await assault(
        HOSTILE_QUERIES.map((query) => async () => {
          const answer = await fire(
            program,
            { ...route, path: route.path + query },
            { headers: { 'x-user-id': 'attacker' }, body: text(route.body) },
          );
          return [`${named(route)}${query.slice(0, 40)}`, answer];
        }),
      );
    }
  });

  it('headers that make no sense', async () => {
    for (const route of routes) {
      await assault(
        HOSTILE_HEADERS.map((headers) => async () => {
          const what = `${named(route)} with ${JSON.stringify(headers).slice(0, 60)}`;
          const sent = { 'x-user-id': 'attacker', ...headers };
          return [what, await fire(program, route, { headers: sent, body: text(route.body) })];
        }),
      );
    }
  });
});
