import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { CommandKey } from '../core/command.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { countHeaders } from './identity/identity.ts';

const KEY_HEADER = 'idempotency-key';
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The identity of a request that must take effect at most once; undefined when the client gave no Idempotency-Key.
 * Call it after validation: the digest is of the parsed body, so spacing and the order of fields do not matter.
 */
export function commandKey(request: FastifyRequest, principalId: string): CommandKey | undefined | Refusal {
  const key = request.headers[KEY_HEADER];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) return refuse('IDEMPOTENCY_KEY_INVALID');
  // Node joins two headers of one name with a comma: which of them counts, only the client knows.
  if (key.includes(',') && countHeaders(request.raw.rawHeaders, KEY_HEADER) > 1)
    return refuse('IDEMPOTENCY_KEY_INVALID');
  const { method, url } = request.routeOptions;
  return {
    // JSON quotes each part, so no part can pose as the next.
    id: JSON.stringify([principalId, `${method} ${url}`, key]),
    bodyHash: createHash('sha256')
      .update(canonicalJson([request.params, request.body]))
      .digest('hex'),
  };
}

/** JSON with sorted keys and no spaces. The body's depth was bounded when it was read. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
