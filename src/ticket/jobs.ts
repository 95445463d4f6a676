import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { Mailing } from './mailing.ts';

const MAIL_EVERY: Millis = SECOND;
/** Letters that are written and sent at once. */
const MAILED_AT_ONCE = 5;

/** Sends what is due. */
export function sendMails(mailing: Mailing, clock: Clock): () => void {
  return every(clock, MAIL_EVERY, async () => {
    while ((await mailing.sendDue(MAILED_AT_ONCE)) === MAILED_AT_ONCE);
  });
}
