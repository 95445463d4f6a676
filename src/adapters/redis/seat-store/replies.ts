import { invalidAdmission } from '../../../core/admission.ts';
import { type CommandKey, type CommandRecord, sameReply } from '../../../core/command.ts';
import { type Refusal, type RefusalCode, refuse } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { HoldSeats, ReplyTo } from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Answer } from './answers.ts';
import type { Entry } from './entry.ts';
import type { Recorded } from './event-seats.ts';
import { besideOf, type DecidedInRedis, recordText, replyOf, seatIn } from './record.ts';

/** What goes with a command that may be sent again. */
export function recorded(command: DecidedInRedis): Recorded | undefined {
  return command.key && { key: command.key, text: recordText(command) };
}

/** What a script said, as the rules say it. */
export function replyTo<C extends DecidedInRedis>(
  command: C,
  hall: Hall,
  answer: Answer,
): ReplyTo<C> | Refusal {
  switch (answer.word) {
    case 'RECORDED':
      return sameReply(answer.record as CommandRecord, command.key as CommandKey);
    case 'DONE':
    case 'REPEATED':
    case 'NOTHING':
      return replyOf(besideOf(command), entryIn(answer), hall) as ReplyTo<C>;
    default:
      return refusalOf(answer, hall, 'terms' in command ? command.terms : undefined);
  }
}

/** The entry of the command itself: what had come to its end before stands in front of it. */
export function entryIn({ word, entries }: Answer): Entry | undefined {
  return word === 'DONE' || word === 'REPEATED' ? entries.at(-1) : undefined;
}

function refusalOf({ word, fact }: Answer, hall: Hall, terms: HoldSeats['terms'] | undefined): Refusal {
  switch (word) {
    case 'MISMATCH':
      return refuse('IDEMPOTENCY_MISMATCH');
    case 'ADMISSION_INVALID':
      return invalidAdmission(hall.eventId);
    case 'BACKLOG':
      throw new Unavailable('the ledger is too far behind the seats');
    case 'SEATS_TAKEN':
    case 'SEATS_NOT_FREE':
      return refuse(word, { seats: numbersOf(fact, hall) });
    case 'SEAT_NOT_RESERVED':
    case 'SEAT_NOT_YOURS':
      return refuse(word, { seat: numbersOf(fact, hall) });
    case 'SEAT_LIMIT_REACHED':
      return refuse(word, { limit: terms?.liveSeatsPerBuyer ?? 0 });
    case 'HOLD_CHURN':
      return refuse(word, {}, { retryAfterSeconds: Math.ceil(Number(fact) / 1000) });
    default:
      return refuse(word as RefusalCode);
  }
}

function numbersOf(seatIds: string, hall: Hall): string {
  return seatIds
    .split(',')
    .map((seatId) => seatIn(hall, Number(seatId)).number)
    .join(', ');
}
