import type { Millis } from '../../core/clock.ts';
import type { Mail } from '../mail.ts';

/** Mails are made together with the tickets of their order (TicketStore.save). */
export interface MailStore {
  /** Mails that must be tried by now, earliest first, at most `limit`. */
  due(now: Millis, limit: number): Promise<Mail[]>;
  /** Durable when it resolves. Fenced: throws Conflict when the mail that is there is as new. */
  save(mail: Mail): Promise<void>;
  find(orderId: number): Promise<Mail | undefined>;
}
