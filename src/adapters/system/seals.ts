import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND } from '../../core/clock.ts';
import type { Lane } from '../../waiting-room/lane.ts';
import type { Seals, TokenClaims, TokenUse } from '../../waiting-room/ports/seals.ts';

export interface TokenKey {
  kid: string;
  key: Uint8Array;
}

const LONGEST_TOKEN = 2_048;

/**
 * Tokens as JSON Web Signatures (RFC 7515, compact, HS256). The first key signs, all of them verify, so keys can be
 * changed without a halt: put the new one first, and take the old one out when what it signed is over.
 */
export function systemSeals(keys: readonly TokenKey[]): Seals {
  const [first] = keys;
  if (!first) throw new Error('there must be a key to sign with');
  const byHeader = new Map(keys.map((each) => [headerOf(each), each]));
  const firstHeader = headerOf(first);
  return {
    seal({ use, event, sub, lane, jti, iat, exp }) {
      const seconds = { iat: Math.floor(iat / SECOND), exp: Math.ceil(exp / SECOND) };
      const payload = JSON.stringify({ kid: first.kid, use, event, sub, lane, jti: String(jti), ...seconds });
      const signed = `${firstHeader}.${Buffer.from(payload).toString('base64url')}`;
      return `${signed}.${macOf(first, signed).toString('base64url')}`;
    },
    open(token) {
      if (token.length > LONGEST_TOKEN) return undefined;
      const [header = '', payload = '', mac = '', ...more] = token.split('.');
      // The algorithm is never read from the token: a header that is not one of ours, letter by letter, is unknown.
      const key = byHeader.get(header) ?? first;
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(key, `${header}.${payload}`);
      const fits = given.length === expected.length && timingSafeEqual(given, expected);
      return fits && more.length === 0 && byHeader.has(header) ? claimsOf(payload) : undefined;
    },
  };
}

function headerOf({ kid }: TokenKey): string {
  return Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid })).toString('base64url');
}

function macOf({ key }: TokenKey, signed: string): Buffer {
  return createHmac('sha256', key).update(signed).digest();
}

/** Of a payload whose signature was right, so it has the form that we gave it. */
function claimsOf(payload: string): TokenClaims {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return {
    use: claims.use as TokenUse,
    event: claims.event as number,
    sub: claims.sub as string,
    lane: claims.lane as Lane,
    jti: Number(claims.jti),
    iat: (claims.iat as number) * SECOND,
    exp: (claims.exp as number) * SECOND,
  };
}
