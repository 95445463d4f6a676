import { type CommandKey, type CommandRecord, sameReply } from '../../../core/command.ts';
import { type Refusal, type RefusalCode, refuse } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type {
  BeginPayment,
  BlockSeats,
  ExtendHold,
  HoldSeats,
  ReleaseHolds,
  ReplyTo,
} from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Answer } from './answers.ts';
import type { EventSeats, Recorded } from './event-seats.ts';
import { holdField, seatField } from './keys.ts';
import { known } from './known-seats.ts';
import { escaped } from './packed-seat.ts';
import { besideOf, type DecidedInRedis, recordText, replyOf, seatIn } from './record.ts';

export async function extendHold(
  event: EventSeats,
  hall: Hall,
  command: ExtendHold,
): Promise<ReplyTo<ExtendHold> | Refusal> {
  const { holdId, userId, additionalMillis, from } = command;
  const own = [escaped(userId), String(additionalMillis), from === 'end' ? 'END' : ''];
  const asked = { fields: [holdField(holdId)], own };
  return replyTo(command, hall, await event.ask('seat-extend', asked, recorded(command)));
}

export async function releaseHolds(
  event: EventSeats,
  hall: Hall,
  command: ReleaseHolds,
): Promise<ReplyTo<ReleaseHolds> | Refusal> {
  const { userId, actor = userId } = command;
  const own = [escaped(userId), escaped(actor)];
  const asked = { fields: [...new Set(command.holdIds)].map(holdField), own };
  return replyTo(command, hall, await event.ask('seat-release', asked, recorded(command)));
}

/** Durable before it is answered: money follows. */
export async function beginPayment(
  event: EventSeats,
  hall: Hall,
  command: BeginPayment,
): Promise<ReplyTo<BeginPayment> | Refusal> {
  const { seatIds, orderId, userId, deadline } = command;
  if (new Set(seatIds).size < seatIds.length) return refuse('DUPLICATE_SEAT_IDS');
  const { seats, tail } = known(hall, seatIds, (seatId) => seatId);
  const own = [escaped(userId), String(orderId), String(deadline), tail];
  const answer = await event.ask('seat-pay', { fields: seats.map(seatField), own }, recorded(command));
  const reply = replyTo(command, hall, answer);
  const entry = entryIn(answer);
  if (entry) await event.drain.until(entry);
  return reply;
}

export async function blockSeats(
  event: EventSeats,
  hall: Hall,
  command: BlockSeats,
): Promise<ReplyTo<BlockSeats> | Refusal> {
  const seatIds = [...new Set(command.seatIds)];
  if (seatIds.some((seatId) => hall.ordinalOf(seatId) === undefined)) return refuse('SEATS_UNKNOWN');
  const move = command.type === 'block_seats' ? 'ABk' : 'BAu';
  const asked = { fields: seatIds.map(seatField), own: [escaped(command.actor), move] };
  return replyTo(command, hall, await event.ask('seat-block', asked, recorded(command)));
}

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

function entryIn({ word, entries }: Answer) {
  const own = word === 'DONE' || word === 'REPEATED' ? entries.at(-1) : undefined;
  return own;
}

export function refusalOf(
  { word, fact }: Answer,
  hall: Hall,
  terms: HoldSeats['terms'] | undefined,
): Refusal {
  switch (word) {
    case 'MISMATCH':
      return refuse('IDEMPOTENCY_MISMATCH');
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
