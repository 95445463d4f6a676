import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { isStorable } from '../../core/storable-text.ts';
import type { BearerTokens } from './bearer-tokens.ts';

/** Who sends a request, as far as the configured AUTH_MODE can tell. */
export interface Principal {
  readonly userId: string;
  readonly roles: readonly string[];
  /** When a bearer token ends, in milliseconds since 1970; streams end with it. */
  readonly expiresAt?: number;
}

const NO_ROLES: readonly string[] = [];
const USER_HEADER = 'x-user-id';
/** Characters. */
export const LONGEST_USER_ID = 128;

/** How this server learns who somebody is; made once at start. */
export interface Access {
  /** Undefined in header mode. */
  readonly tokens: BearerTokens | undefined;
  readonly adminTokenDigest: Buffer;
  /** While the organiser's token is changed. */
  readonly adminTokenBefore: Buffer | undefined;
  /** The v1 event routes ask for no organiser, as in seed 000. */
  readonly openOrganiser: boolean;
  /** Where whoever gets here may say who he is: whether a `Host` is ours. */
  readonly isOwnHost: ((host: string) => boolean) | undefined;
}

/**
 * The principal of a request, undefined when it names nobody. In header mode, and in jwt mode for a token seen
 * before, the answer is there at once; only a new token needs a promise.
 */
export function identify(
  request: IncomingMessage,
  access: Access,
): Principal | undefined | Refusal | Promise<Principal | Refusal> {
  if (access.tokens) return access.tokens.principalOf(request);
  const named = request.headers[USER_HEADER];
  return named === undefined ? undefined : headerPrincipal(named, request);
}

function headerPrincipal(named: string | string[], request: IncomingMessage): Principal | Refusal {
  if (typeof named !== 'string') return refuse('IDENTITY_INVALID');
  // Node joins two headers of one name with a comma, so only a comma can hide a second one.
  if (named.includes(',') && countHeaders(request.rawHeaders, USER_HEADER) > 1)
    return refuse('IDENTITY_INVALID');
  return userPrincipal(NON_ASCII.test(named) ? Buffer.from(named, 'latin1').toString('utf8') : named);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII
const NON_ASCII = /[^\x00-\x7f]/;
const REPLACEMENT = '\ufffd';

/** The principal of a user named without proof: header mode's header and its streams' `user_id`. */
export function userPrincipal(named: string): Principal | Refusal {
  const userId = named.trim();
  const isShortEnough = userId.length > 0 && userId.length <= LONGEST_USER_ID;
  const isText = isStorable(userId) && !userId.includes(REPLACEMENT);
  return isShortEnough && isText ? { userId, roles: NO_ROLES } : refuse('IDENTITY_INVALID');
}

/** How many headers of a (lower-case) name arrived, before anything was joined or dropped. */
export function countHeaders(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const arrived = rawHeaders[index];
    if (arrived?.length === name.length && arrived.toLowerCase() === name) count++;
  }
  return count;
}

/** The principal, or 401 with the header that was missing. */
export function requirePrincipal(request: FastifyRequest): Principal | Refusal {
  return request.principal ?? identityRequired(request.server.kit.access);
}

/** 401 with the header by which this server knows people. */
export function identityRequired(access: Access): Refusal {
  return refuse('IDENTITY_REQUIRED', { header: access.tokens ? 'Authorization' : 'X-User-ID' });
}

/** A user id in a body, path or query must be the sender's own. */
export function requireSameUser(principal: Principal, userId: string): Refusal | undefined {
  return principal.userId === userId ? undefined : refuse('USER_MISMATCH');
}

const PRIORITY_HEADER = 'x-user-priority';
const FIRST = new Set(['vip', 'high', 'premium']);

/** Whether the sender may go first: by a role, or in header mode by a header that is believed as the user's is. */
export function isVip({ principal, headers, server }: FastifyRequest): boolean {
  if (server.kit.access.tokens) return principal?.roles.includes('vip') ?? false;
  const named = headers[PRIORITY_HEADER];
  return typeof named === 'string' && FIRST.has(named.trim().toLowerCase());
}

/** Digests have one length, so comparing them in constant time tells nothing about the token, its length included. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whether somebody showed a token of which one of these is the digest: compared in constant time. */
export function isDigested(shown: unknown, ...digests: readonly (Buffer | undefined)[]): boolean {
  if (typeof shown !== 'string') return false;
  const digest = digestOf(shown);
  return digests.some((each) => each && timingSafeEqual(digest, each));
}
