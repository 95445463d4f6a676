import { type Refusal, refuse } from '../../../core/refusal.ts';
import type {
  BeginPayment,
  BlockSeats,
  ExtendHold,
  ReleaseHolds,
  ReplyTo,
} from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { EventSeats } from './event-seats.ts';
import { holdField, seatField } from './keys.ts';
import { known } from './known-seats.ts';
import { escaped } from './packed-seat.ts';
import { entryIn, recorded, replyTo } from './replies.ts';

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
