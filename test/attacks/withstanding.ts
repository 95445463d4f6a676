import { expect } from 'vitest';
import { type Answer, expectErrorBody } from '../system/client.ts';
import type { Program } from '../system/program.ts';
import {
  HOSTILE_BODIES,
  HOSTILE_HEADERS,
  HOSTILE_PARAMETERS,
  HOSTILE_QUERIES,
  HOSTILE_VALUES,
} from './hostile.ts';
import { fire, type Route } from './target.ts';

/** A sale under attack: see `targetOf`. */
export interface Besieged {
  program: Pick<Program, 'url' | 'adminToken'>;
  routes: readonly Route[];
  /** The victims' seats and orders, as they stand. */
  state: () => Promise<string>;
}

type Attack = () => Promise<[what: string, answer: Answer]>;

/** The attacker is a buyer who somehow got hold of the organiser's token: nothing is stopped at the door. */
const attacker = ({ program }: Besieged) => ({ 'x-user-id': 'attacker', 'x-token': program.adminToken });

/** Never a 5xx; a refusal in the one shape. */
function expectComposure(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  expect(answer.headers['trace-id'], what).toMatch(/^[0-9a-f]{32}$/);
  if (answer.status >= 400) expectErrorBody(answer);
}

/** Fires, and sees that the victims' seats and orders are as they were unless one of the attacks was a sound request. */
async function assault({ state }: Besieged, attacks: readonly Attack[]): Promise<void> {
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
const bodied = ({ routes }: Besieged) => routes.filter((route) => route.body !== undefined);
const text = (body: unknown) => (body === undefined ? undefined : JSON.stringify(body));

async function hostileValues(on: Besieged): Promise<void> {
  expect(bodied(on).length).toBeGreaterThan(10);
  for (const route of bodied(on)) {
    const isArray = Array.isArray(route.body);
    const sound = (isArray ? (route.body as unknown[])[0] : route.body) as Record<string, unknown>;
    const fields = typeof sound === 'object' ? Object.keys(sound) : [];
    for (const field of fields) {
      await assault(
        on,
        Object.entries(HOSTILE_VALUES).map(([kind, value]) => async () => {
          const rest = Object.entries(sound).map(([name, own]) =>
            name === field ? `"${name}":${value}` : `${JSON.stringify(name)}:${JSON.stringify(own)}`,
          );
          const object = `{${rest.join(',')}}`;
          const body = isArray ? `[${object}]` : object;
          return [
            `${named(route)}, ${kind} as ${field}`,
            await fire(on.program, route, { headers: attacker(on), body }),
          ];
        }),
      );
    }
  }
}

async function unknownFields(on: Besieged): Promise<void> {
  for (const route of bodied(on)) {
    if (Array.isArray(route.body) && typeof route.body[0] !== 'object') continue;
    const before = await on.state();
    for (const field of ['price', 'status', 'role', 'isAdmin', 'hasOwnProperty', 'toString', '', '$where']) {
      const object = Array.isArray(route.body) ? route.body[0] : route.body;
      if (Object.hasOwn(object as object, field)) continue;
      const extended = { ...(object as object), [field]: 'x' };
      const body = JSON.stringify(Array.isArray(route.body) ? [extended] : extended);
      const answer = await fire(on.program, route, { headers: attacker(on), body });
      expect(
        [answer.status, (answer.body as { code: string }).code],
        `${named(route)}, ${field}: ${answer.text}`,
      ).toEqual([422, 'UNKNOWN_FIELD']);
      expectErrorBody(answer);
    }
    for (const poison of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"${poison}":{"x":1}}`;
      const answer = await fire(on.program, route, { headers: attacker(on), body });
      expect(answer.status, `${named(route)}, ${poison}: ${answer.text}`).toBe(422);
    }
    expect(await on.state()).toBe(before);
  }
}

async function bodiesThatAreNone(on: Besieged): Promise<void> {
  for (const route of on.routes.filter(({ method }) => method !== 'GET')) {
    await assault(
      on,
      Object.entries(HOSTILE_BODIES).map(([kind, body]) => async () => {
        const answer = await fire(on.program, route, { headers: attacker(on), body }).catch(
          (error: unknown) => {
            // Who sends far too much may be cut off before he has finished.
            if (kind === 'a body that is too large') return undefined;
            throw new Error(`${named(route)}, ${kind}: no answer`, { cause: error });
          },
        );
        return [
          `${named(route)}, ${kind}`,
          answer ?? (await fire(on.program, { method: 'GET', path: '/health' }, { headers: {} })),
        ];
      }),
    );
  }
}

/** A user may be called anything, `..` too, which means nothing in a path that is taken as it comes. It is nobody's id all the same: he who sends it is another. */
async function idsThatAreNone(on: Besieged): Promise<void> {
  for (const route of on.routes.filter(({ template }) => template.includes('{'))) {
    await assault(
      on,
      HOSTILE_PARAMETERS.map((parameter) => async () => {
        const path = route.template.replace(/\{\w+\}/, parameter);
        const answer = await fire(
          on.program,
          { ...route, path },
          { headers: attacker(on), body: text(route.body) },
        );
        expect(answer.status, `${route.method} ${path.slice(0, 100)}`).toBeGreaterThanOrEqual(400);
        return [`${route.method} ${path.slice(0, 100)}`, answer];
      }),
    );
  }
}

async function unknownQueries(on: Besieged): Promise<void> {
  for (const route of on.routes) {
    await assault(
      on,
      HOSTILE_QUERIES.map((query) => async () => {
        const answer = await fire(
          on.program,
          { ...route, path: route.path + query },
          { headers: { 'x-user-id': 'attacker' }, body: text(route.body) },
        );
        return [`${named(route)}${query.slice(0, 40)}`, answer];
      }),
    );
  }
}

async function senselessHeaders(on: Besieged): Promise<void> {
  for (const route of on.routes) {
    await assault(
      on,
      HOSTILE_HEADERS.map((headers) => async () => {
        const what = `${named(route)} with ${JSON.stringify(headers).slice(0, 60)}`;
        const sent = { 'x-user-id': 'attacker', ...headers };
        return [what, await fire(on.program, route, { headers: sent, body: text(route.body) })];
      }),
    );
  }
}

/** What every route of the OpenAPI document withstands, whatever the program stands on. */
export const ASSAULTS: Readonly<Record<string, (on: Besieged) => Promise<void>>> = {
  'hostile values in every field of its body': hostileValues,
  'fields that it does not know, and names them': unknownFields,
  'bodies that are none': bodiesThatAreNone,
  'ids that are none': idsThatAreNone,
  'queries that it does not know': unknownQueries,
  'headers that make no sense': senselessHeaders,
};
