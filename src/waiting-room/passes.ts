import { type Clock, HOUR, type Millis } from '../core/clock.ts';
import type { Standing } from './command.ts';
import type { Seals, TokenClaims } from './ports/seals.ts';
import { LONGEST_SESSION } from './terms.ts';

const PLACE_KEPT: Millis = 72 * HOUR;

type Holder = Pick<Standing, 'userId' | 'lane'>;

/** The tokens of the waiting rooms: each for one use, one event and one person. */
export class Passes {
  readonly #seals: Seals;
  readonly #clock: Clock;

  constructor(seals: Seals, clock: Clock) {
    this.#seals = seals;
    this.#clock = clock;
  }

  /** For somebody called, until his call ends. */
  entry(eventId: number, called: Holder & Pick<Standing, 'admission'>, until: Millis): string {
    const lasts = until - this.#clock.now();
    return this.#seal(eventId, called, { use: 'entry', jti: called.admission as number, lasts });
  }

  /** For somebody inside; the authority ends the session, and this at the latest. */
  session(eventId: number, inside: Holder & Pick<Standing, 'admission'>): string {
    return this.#seal(eventId, inside, {
      use: 'session',
      jti: inside.admission as number,
      lasts: LONGEST_SESSION,
    });
  }

  /** Of a place, so that it can be put back. */
  place(eventId: number, standing: Holder & Pick<Standing, 'number'>): string {
    return this.#seal(eventId, standing, { use: 'place', jti: standing.number, lasts: PLACE_KEPT });
  }

  /** For the page of a room, which knows him by it again. */
  page(eventId: number, visitor: Holder): string {
    return this.#seal(eventId, visitor, { use: 'page', jti: 0, lasts: PLACE_KEPT });
  }

  /** Who looks at the page of a room; undefined when that cannot be told. */
  visitorOf(eventId: number, token: string): Holder | undefined {
    const claims = this.#seals.open(token);
    const isGood = claims?.use === 'page' && claims.event === eventId && claims.exp > this.#clock.now();
    return isGood ? { userId: claims.sub, lane: claims.lane } : undefined;
  }

  /** What a token says, when it is ours, for this use, event and person, and not over; else undefined. */
  claims(
    token: string,
    { use, eventId, userId }: { use: TokenClaims['use']; eventId: number; userId: string },
  ): TokenClaims | undefined {
    const claims = this.#seals.open(token);
    const fits = claims?.use === use && claims.event === eventId && claims.sub === userId;
    return fits && claims.exp > this.#clock.now() ? claims : undefined;
  }

  #seal(
    event: number,
    { userId, lane }: Holder,
    { use, jti, lasts }: Pick<TokenClaims, 'use' | 'jti'> & { lasts: Millis },
  ): string {
    const now = this.#clock.now();
    return this.#seals.seal({ use, event, sub: userId, lane, jti, iat: now, exp: now + lasts });
  }
}
