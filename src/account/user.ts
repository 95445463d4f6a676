import type { Millis } from '../core/clock.ts';

/** How a user stands with the house, the least first: presales are for a tier and those above it. */
export const TIERS = ['BASIC', 'VIP'] as const;
export type Tier = (typeof TIERS)[number];

/** Somebody with an account. Who has none buys all the same, and is of the least tier. */
export interface User {
  readonly userId: number;
  /** Nobody else's, as it is written; without spaces around it. */
  readonly username: string;
  readonly tier: Tier;
  readonly createdAt: Millis;
}

export function isAtLeast(tier: Tier, minimum: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(minimum);
}

const ACCOUNT_ID = /^[1-9]\d{0,15}$/;

/** The account of a buyer, if his id can be one: sales know buyers by text. */
export function accountIdOf(buyer: string): number | undefined {
  return ACCOUNT_ID.test(buyer) ? Number(buyer) : undefined;
}
