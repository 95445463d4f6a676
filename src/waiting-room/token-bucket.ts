import { type Millis, SECOND } from '../core/clock.ts';

/** What has been saved up of a rate. In every window (t, t + W] at most rate * W + burst tokens are taken. */
export interface Bucket {
  readonly tokens: number;
  readonly at: Millis;
}

/** Sums of fractions miss a whole number by a hair. */
const HAIR = 1e-9;

/** The bucket at a later time. Time that runs backwards adds nothing. */
export function filled({ tokens, at }: Bucket, rate: number, burst: number, now: Millis): Bucket {
  const gained = (Math.max(0, now - at) * rate) / SECOND;
  return { tokens: Math.min(burst, tokens + gained), at: Math.max(at, now) };
}

export function available({ tokens }: Bucket): number {
  return Math.max(0, Math.floor(tokens + HAIR));
}

export function taken({ tokens, at }: Bucket, count: number): Bucket {
  return { tokens: Math.max(0, tokens - count), at };
}

/** How long until there is a token; undefined when there never will be. */
export function waitForToken({ tokens }: Bucket, rate: number): Millis | undefined {
  if (tokens + HAIR >= 1) return 0;
  return rate > 0 ? Math.ceil(((1 - tokens) * SECOND) / rate) : undefined;
}
