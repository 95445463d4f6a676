import type { Millis } from '../../core/clock.ts';
import type { Abuse, AbuseRecord, EarlierAttempts, HoldAttempt } from '../abuse.ts';

/** Which records the organiser wants to see. */
export interface AbuseFilter {
  reason?: Abuse | undefined;
  userId?: string | undefined;
  seriesId?: number | undefined;
  from?: Millis | undefined;
  until?: Millis | undefined;
  limit: number;
}

/** Remembers who tried to hold seats. Every method may throw Unavailable. */
export interface AttemptLog {
  /** The latest tries that a try may be judged by: as many of the user's as the rules count. Sees every one added before. */
  earlier(attempt: HoldAttempt): Promise<EarlierAttempts>;
  /** Adds a try, and the record of its refusal if it has one, in one commit; durable when it resolves. */
  add(attempt: HoldAttempt, reason: Abuse | undefined): Promise<void>;
  /** Records of refusals, latest first. */
  records(filter: AbuseFilter): Promise<AbuseRecord[]>;
  /** Forgets tries before a time, records before another, and the oldest records beyond a number of them. */
  forget(older: { attemptsBefore: Millis; recordsBefore: Millis; recordsMax: number }): Promise<void>;
}
