import { MINUTE, type Millis, SECOND } from '../core/clock.ts';

/** One try to hold a seat, as far as it tells who is behind it. */
export interface HoldAttempt {
  readonly attemptId: string;
  readonly at: Millis;
  readonly userId: string;
  readonly seriesId: number | null;
  readonly eventId: number;
  readonly seatId: number;
  /** What the client says of the request and of its device, if anything. */
  readonly requestMark: string | null;
  readonly deviceMark: string | null;
}

export const ABUSES = [
  'RATE_LIMIT_EXCEEDED',
  'DUPLICATE_REQUEST_FINGERPRINT',
  'DEVICE_FINGERPRINT_MULTI_ACCOUNT',
] as const;
export type Abuse = (typeof ABUSES)[number];

/** A try that was refused, for the organiser. */
export interface AbuseRecord extends HoldAttempt {
  readonly reason: Abuse;
}

/** Tries of one user within a short time. */
export const HOLDS_ALLOWED = 3;
export const HOLDS_WITHIN: Millis = 10 * SECOND;
/** A request that says the same of itself is the same request. */
export const REQUEST_WITHIN: Millis = 5 * MINUTE;
/** A device is one account's. */
export const DEVICE_WITHIN: Millis = 10 * MINUTE;
/** No rule looks further back. */
export const ATTEMPTS_KEPT: Millis = Math.max(HOLDS_WITHIN, REQUEST_WITHIN, DEVICE_WITHIN);

/** Tries before one, refused ones among them: what each rule looks at. */
export interface EarlierAttempts {
  /** Times of the user's latest. */
  ofUser: readonly Millis[];
  /** Of the latest with the same mark of the request. */
  sameRequest: Millis | undefined;
  /** Of the latest on the same device by somebody else. */
  otherOnDevice: Millis | undefined;
}

/** What is wrong with a try; undefined when nothing is. */
export function abuseIn({ at }: HoldAttempt, earlier: EarlierAttempts): Abuse | undefined {
  const recent = earlier.ofUser.filter((time) => time > at - HOLDS_WITHIN).length;
  if (recent >= HOLDS_ALLOWED) return 'RATE_LIMIT_EXCEEDED';
  if (isWithin(earlier.sameRequest, at, REQUEST_WITHIN)) return 'DUPLICATE_REQUEST_FINGERPRINT';
  if (isWithin(earlier.otherOnDevice, at, DEVICE_WITHIN)) return 'DEVICE_FINGERPRINT_MULTI_ACCOUNT';
  return undefined;
}

function isWithin(time: Millis | undefined, at: Millis, within: Millis): boolean {
  return time !== undefined && time > at - within;
}
