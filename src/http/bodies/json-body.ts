import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { isStorable } from '../../core/storable-text.ts';
import { Refused } from '../answers/refused.ts';
import { fieldMessage } from '../messages/fields.ts';
import { languageOf } from '../messages/sentence.ts';

/** Deeper than any body of ours, shallower than any stack. */
export const JSON_DEPTH_LIMIT = 32;

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const OTHER_CHARSET = /charset\s*=(?!\s*"?utf-?8)/i;

/** JSON is the only body there is; every other media type is refused, and by the framework a body without one. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // `curl -d ''` says that nothing is a form.
  app.addContentTypeParser('*', ({ headers }, _payload, done) => {
    const refused = headers['content-length'] === '0' ? null : new Refused(refuse('UNSUPPORTED_MEDIA_TYPE'));
    done(refused, undefined);
  });
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const type = request.headers['content-type'];
    if (type !== 'application/json' && type !== undefined && OTHER_CHARSET.test(type)) {
      done(new Refused(refuse('UNSUPPORTED_MEDIA_TYPE')));
      return;
    }
    // A route that needs a body refuses `undefined` by its schema; the others do not care.
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    const text = bytes.toString();
    let body: unknown;
    try {
      // What is no UTF-8 would be read as other characters than were sent.
      if (!isUtf8(bytes)) throw new SyntaxError('no UTF-8');
      body = JSON.parse(text);
    } catch {
      done(new Refused(refuse('BAD_JSON')));
      return;
    }
    const flaw = flawIn(body, isSuspicious(text) ? suspicious : harmless);
    done(flaw ? new Refused(asRefusal(flaw, request.headers['accept-language'])) : null, body);
  });
}

/**
 * Most texts have neither a poisoned key nor an escape, the only way to write NUL, half a surrogate pair or a key in
 * disguise.
 */
function isSuspicious(text: string): boolean {
  return (
    text.includes('\\') ||
    text.includes('__proto__') ||
    text.includes('constructor') ||
    text.includes('prototype')
  );
}

interface Look {
  readonly closely: boolean;
}
const suspicious: Look = { closely: true };
const harmless: Look = { closely: false };

interface Flaw {
  kind: 'depth' | 'number' | 'text' | 'key';
  path: string;
}

function asRefusal({ kind, path }: Flaw, acceptLanguage: string | undefined): Refusal {
  const message = fieldMessage(languageOf(acceptLanguage), kind, { limit: JSON_DEPTH_LIMIT });
  const detail = [{ field: path, message }];
  return kind === 'key'
    ? refuse('UNKNOWN_FIELD', { field: path }, { detail })
    : refuse('VALIDATION_FAILED', {}, { detail });
}

/** What no schema must have to think of: nesting, numbers that lose digits, text no database takes, poisoned keys. */
function flawIn(value: unknown, look: Look, path = '', depth = 0): Flaw | undefined {
  if (typeof value === 'number') {
    const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return exact ? undefined : { kind: 'number', path };
  }
  if (typeof value === 'string') {
    return look.closely && !isStorable(value) ? { kind: 'text', path } : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === JSON_DEPTH_LIMIT) return { kind: 'depth', path };
  return Array.isArray(value)
    ? flawInArray(value, look, path, depth)
    : flawInObject(value, look, path, depth);
}

function flawInArray(items: unknown[], look: Look, path: string, depth: number): Flaw | undefined {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (Number.isSafeInteger(item)) continue;
    const flaw = flawIn(item, look, '', depth + 1);
    if (flaw) return { kind: flaw.kind, path: join(join(path, String(index)), flaw.path) };
  }
  return undefined;
}

function flawInObject(fields: object, look: Look, path: string, depth: number): Flaw | undefined {
  for (const key in fields) {
    if (look.closely && FORBIDDEN_KEYS.has(key)) return { kind: 'key', path: join(path, key) };
    if (look.closely && !isStorable(key)) return { kind: 'text', path };
    const flaw = flawIn((fields as Record<string, unknown>)[key], look, '', depth + 1);
    if (flaw) return { kind: flaw.kind, path: join(join(path, key.slice(0, 100)), flaw.path) };
  }
  return undefined;
}

const join = (path: string, rest: string): string =>
  path === '' ? rest : rest === '' ? path : `${path}.${rest}`;
