import { type Refusal, refuse } from '../../../core/refusal.ts';
import type { HoldBest, HoldSeats, ReplyTo } from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import { type Answer, beingReadAnew } from './answers.ts';
import type { EventSeats } from './event-seats.ts';
import { pushHold, termsOf } from './gathered-holds.ts';
import { buyerField, seatField } from './keys.ts';
import { escaped } from './packed-seat.ts';
import { recorded, replyTo } from './replies.ts';

/** How often another place is looked for when other nodes were faster. */
const PLACES_TRIED_MAX = 20;

type Held = ReplyTo<HoldSeats>;

/** Named seats, all or none. */
export async function holdSeats(event: EventSeats, hall: Hall, command: HoldSeats): Promise<Held | Refusal> {
  const { seatIds, terms } = command;
  if (new Set(seatIds).size < seatIds.length) return refuse('DUPLICATE_SEAT_IDS');
  if (seatIds.some((seatId) => hall.ordinalOf(seatId) === undefined)) return refuse('SEATS_UNKNOWN');
  if (seatIds.length > terms.seatsPerHold) return refuse('TOO_MANY_SEATS', { limit: terms.seatsPerHold });
  return replyTo(command, hall, await take(event, command, seatIds));
}

/**
 * The best seats for a party. This node looks for them among those that it knows to be free, and takes them like named
 * ones; if another node was faster, it looks again. A refusal is given only when nothing was on its way.
 */
export async function holdBest(event: EventSeats, hall: Hall, command: HoldBest): Promise<Held | Refusal> {
  const { wish, terms } = command;
  if (wish.size > terms.seatsPerHold) return refuse('TOO_MANY_SEATS', { limit: terms.seatsPerHold });
  let mirror = await event.view.mirror();
  for (let tried = 0; tried < PLACES_TRIED_MAX; tried++) {
    const place = mirror.unasked.together(wish) ?? [];
    const seatIds = place.map((ordinal) => mirror.hall.seatAt(ordinal).seatId);
    const answer = await mirror.whileAsked(place, () => take(event, command, seatIds));
    if (answer.word !== 'NONE_NAMED' && answer.word !== 'SEATS_TAKEN') return replyTo(command, hall, answer);
    mirror = await event.view.mirrorAt(await event.look());
    if (answer.word === 'SEATS_TAKEN') continue;
    if (!mirror.room.together(wish)) return refuse('NO_ADJACENT_SEATS', { party: wish.size });
    await mirror.nextAnswer();
  }
  throw beingReadAnew(event.eventId);
}

/** Without seats, only the buyer is looked at. */
async function take(
  event: EventSeats,
  command: HoldSeats | HoldBest,
  seatIds: readonly number[],
): Promise<Answer> {
  const holdIds = await event.holdIds.take(seatIds.length);
  const insteadOf = command.type === 'hold_seats' ? (command.insteadOf ?? []) : [];
  const answer =
    insteadOf.length === 0 || command.type === 'hold_best'
      ? await event.holds.take(command, seatIds, holdIds)
      : await swap(event, command, holdIds);
  if (answer.word !== 'DONE') event.holdIds.giveBack(holdIds);
  return answer;
}

function swap(event: EventSeats, command: HoldSeats, holdIds: readonly number[]): Promise<Answer> {
  const { key: _, ...hold } = command;
  const insteadOf = [...new Set(command.insteadOf)].map(String);
  const own = [...termsOf(command.terms), String(event.needs.limits.backlogMax), '', '1'];
  pushHold(own, hold, holdIds);
  own.push(String(insteadOf.length), ...insteadOf);
  const fields = [buyerField(escaped(command.userId)), ...command.seatIds.map(seatField)];
  return event.ask('seat-swap', { fields, own }, recorded(command));
}
