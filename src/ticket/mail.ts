import { HOUR, type Millis, SECOND } from '../core/clock.ts';
import type { Contact } from './ticketed-order.ts';

/** WAITING is driven until it is one of the two ends. */
export type MailState = 'WAITING' | 'SENT' | 'GIVEN_UP';

/** The one mail of an order, with its tickets. */
export interface Mail {
  readonly orderId: number;
  readonly contact: Contact;
  readonly state: MailState;
  /** Grows with every change; an older one never replaces a newer one. */
  readonly version: number;
  /** Tries that were begun. */
  readonly attempts: number;
  /** When it is tried next; null at an end. */
  readonly dueAt: Millis | null;
  readonly changedAt: Millis;
  /** Why it was not sent, or not yet. */
  readonly reason: string | null;
}

/** Half a minute, then twice as long each time: the last try is about eight hours after the first. */
const FIRST_PAUSE: Millis = 30 * SECOND;
const LONGEST_PAUSE: Millis = 4 * HOUR;
export const ATTEMPTS_MAX = 10;
const LONGEST_REASON = 300;

export function newMail(orderId: number, contact: Contact, now: Millis): Mail {
  return {
    orderId,
    contact,
    state: 'WAITING',
    version: 1,
    attempts: 0,
    dueAt: now,
    changedAt: now,
    reason: null,
  };
}

/**
 * A try begins. It is written down before the server hears of it, with the time of the next one: whoever dies in
 * between has tried, and of several nodes one tries.
 */
export function begun(mail: Mail, now: Millis): Mail {
  const attempts = mail.attempts + 1;
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1));
  return { ...mail, version: mail.version + 1, attempts, dueAt: now + pause, changedAt: now };
}

export function sent(mail: Mail, now: Millis): Mail {
  return ended(mail, 'SENT', null, now);
}

/** A try failed; the next one is due already, unless this was the last. */
export function failed(mail: Mail, reason: string, now: Millis): Mail {
  if (mail.attempts >= ATTEMPTS_MAX) return ended(mail, 'GIVEN_UP', reason, now);
  return { ...mail, version: mail.version + 1, changedAt: now, reason: shortened(reason) };
}

/** There is no use in trying again. */
export function givenUp(mail: Mail, reason: string, now: Millis): Mail {
  return ended(mail, 'GIVEN_UP', reason, now);
}

function ended(mail: Mail, state: MailState, reason: string | null, now: Millis): Mail {
  const version = mail.version + 1;
  return { ...mail, state, version, dueAt: null, changedAt: now, reason: reason && shortened(reason) };
}

function shortened(reason: string): string {
  return reason.slice(0, LONGEST_REASON);
}
