import type { Millis } from '../../core/clock.ts';
import type { Lane } from '../lane.ts';

/**
 * What a token is good for: to come in once, to be inside, to have one's place put back after a loss, or to be known
 * again by the page of a room, which a browser without script cannot tell who it is.
 */
export type TokenUse = 'entry' | 'session' | 'place' | 'page';

export interface TokenClaims {
  readonly use: TokenUse;
  readonly event: number;
  /** The user it was made for. */
  readonly sub: string;
  readonly lane: Lane;
  /** Of a place: its number in the lane; of a page: 0; otherwise the number of the admission. */
  readonly jti: number;
  readonly iat: Millis;
  readonly exp: Millis;
}

/** Makes tokens that everybody can read and nobody else can make. */
export interface Seals {
  /** With the key that is in use now. */
  seal(claims: TokenClaims): string;
  /**
   * What a token of ours says, whichever of our keys made it; undefined for everything else. The comparison takes the
   * same time whatever is wrong. Whether the token is still good is not asked.
   */
  open(token: string): TokenClaims | undefined;
}
