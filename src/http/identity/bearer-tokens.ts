import type { IncomingMessage } from 'node:http';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Config } from '../../config.ts';
import type { Clock } from '../../core/clock.ts';
import { LatestMap } from '../../core/latest-map.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { isStorable } from '../../core/storable-text.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { countHeaders, LONGEST_USER_ID, type Principal } from './identity.ts';

const CACHED_TOKENS = 50_000;
/** A token without `exp` is verified again after this long, so that a changed key is noticed. */
const RECHECK_MILLIS = 300_000;
/** A key that nobody knows is looked for at most this often, so that made-up tokens do not become requests of ours. */
const LOOK_AGAIN_MILLIS = 5_000;
/** Keys that could not be fetched are fetched again after this long, and not with every token that needs them. */
const AWAY_MILLIS = 1_000;
/** The keys could not be had: that says nothing about the token. */
const NO_KEYS: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  // Also what jose says of an answer that is not 200, or not JSON.
  errors.JOSEError.code,
]);
const LONGEST_TOKEN = 4_096;
const PREFIX = 'bearer ';

export interface BearerTokens {
  /** Undefined without a bearer token; a token that does not hold is 401. */
  principalOf(request: IncomingMessage): Principal | undefined | Refusal | Promise<Principal | Refusal>;
}

interface Known {
  principal: Principal;
  until: number;
}

/** Verifies each token once and remembers the answer until it expires; the oldest answers go when there are too many. */
export function bearerTokens(identity: Config['identity'], clock: Clock): BearerTokens {
  const verify = verifier(identity, clock);
  const known = new LatestMap<string, Known>({ most: CACHED_TOKENS });

  function remember(token: string, payload: JWTPayload): Principal | Refusal {
    const { sub } = payload;
    if (typeof sub !== 'string' || !isUserId(sub)) return unproven();
    const roles = Array.isArray(payload.roles)
      ? payload.roles.filter((role) => typeof role === 'string')
      : [];
    const expiresAt = payload.exp === undefined ? undefined : payload.exp * 1000;
    const principal: Principal = {
      userId: sub,
      roles,
      ...(expiresAt !== undefined && { expiresAt }),
    };
    const recheckAt = clock.now() + RECHECK_MILLIS;
    known.set(token, { principal, until: Math.min(expiresAt ?? recheckAt, recheckAt) });
    return principal;
  }

  async function learn(token: string): Promise<Principal | Refusal> {
    try {
      return remember(token, await verify(token));
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || NO_KEYS.has(error.code)) {
        throw new Unavailable('the keys of the bearer tokens cannot be fetched', { cause: error });
      }
      return unproven();
    }
  }

  return {
    principalOf(request) {
      const header = request.headers.authorization;
      if (header === undefined || header.slice(0, PREFIX.length).toLowerCase() !== PREFIX) return undefined;
      // Node keeps the first of two Authorization headers, a proxy may have judged by the second.
      if (countHeaders(request.rawHeaders, 'authorization') > 1) return refuse('IDENTITY_INVALID');
      const token = header.slice(PREFIX.length).trim();
      const found = known.get(token);
      if (found && found.until > clock.now()) return found.principal;
      if (found) known.delete(token);
      return token.length > LONGEST_TOKEN ? unproven() : learn(token);
    },
  };
}

const isUserId = (text: string): boolean =>
  text.trim() !== '' && text.length <= LONGEST_USER_ID && isStorable(text);

const unproven = (): Refusal => refuse('IDENTITY_REQUIRED', { header: 'Authorization' });

function verifier(identity: Config['identity'], clock: Clock): (token: string) => Promise<JWTPayload> {
  const claims = {
    ...(identity.jwtIssuer !== undefined && { issuer: identity.jwtIssuer }),
    ...(identity.jwtAudience !== undefined && { audience: identity.jwtAudience }),
  };
  if (identity.jwksUrl !== undefined) {
    const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(identity.jwksUrl), {
      timeoutDuration: 5_000,
      cooldownDuration: LOOK_AGAIN_MILLIS,
      cacheMaxAge: RECHECK_MILLIS,
      [customFetch]: spared(clock),
    });
    const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
    return async (token) =>
      (await jwtVerify(token, keys, { ...claims, algorithms, currentDate: new Date(clock.now()) })).payload;
  }
  const { jwtSecret = '', jwtSecretBefore } = identity;
  const before = jwtSecretBefore && new TextEncoder().encode(jwtSecretBefore);
  const key = new TextEncoder().encode(jwtSecret);
  // The algorithm is named, so a token cannot choose "none" nor pass a public key off as a secret.
  const signedWith = async (secret: Uint8Array, token: string) =>
    (await jwtVerify(token, secret, { ...claims, algorithms: ['HS256'], currentDate: new Date(clock.now()) }))
      .payload;
  return (token) =>
    signedWith(key, token).catch((error: unknown) => {
      if (before && error instanceof errors.JWSSignatureVerificationFailed) return signedWith(before, token);
      throw error;
    });
}

/** Fetches, but rests after a failure: an issuer in trouble is not asked once for every buyer in the crowd. */
function spared(clock: Clock): FetchImplementation {
  let restsUntil = 0;
  return async (url, options) => {
    if (clock.now() < restsUntil) throw new Unavailable('the issuer of the bearer tokens was just away');
    restsUntil = clock.now() + AWAY_MILLIS;
    const answer = await fetch(url, options);
    if (answer.ok) restsUntil = 0;
    return answer;
  };
}
