import type { Admissions } from '../../core/admissions.ts';
import type { Claimant } from '../../core/claimant.ts';
import type { EventBus, Message } from '../../core/message.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { Unacceptable } from '../../core/taking.ts';
import { Turns } from '../../core/turns.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Inbox } from './ports/inbox.ts';
import type { Train } from './ports/train.ts';
import { passengerIn } from './wire.ts';

/** As operators see it: in the name of the group, and among the dead letters. */
export const TRAIN_CONSUMER = 'train';
/** Begun at the same time: they share reads and commits around the one step that has an order. */
const AT_ONCE = 200;
const NO_REQUEST = 'it is no request for a seat: {"user_id": "…"} is expected';

export interface TrainIntakeNeeds {
  /** Where requests come from: each is heard, whichever way it comes. */
  ways: readonly Pick<EventBus, 'subscribe'>[];
  topic: string;
  train: Pick<Train, 'eventId' | 'reserve'>;
  admissions: Admissions;
  inbox: Inbox;
}

/**
 * Takes requests for a seat that come as messages: what `POST /reserve` has in its body, and behind a waiting room a session
 * beside it, which must be good when the message is taken. Messages of one key are served in their order. A message has
 * its effect once, however often it comes: until the inbox knows of it, its id is the key of the command. One that can
 * come to nothing is a dead letter, with the reason.
 */
export function takeTrainRequests({ ways, topic, train, admissions, inbox }: TrainIntakeNeeds): void {
  const reserve = async (asked: Omit<Claimant, 'admission'>, session: string | undefined) => {
    const admission = await admissions.admit(await train.eventId(), asked.userId, session, asked.key);
    return isRefusal(admission) ? admission : train.reserve({ admission, ...asked });
  };
  const turns = new Turns<string>();
  const take = async ({ messageId, key, body, headers }: Message): Promise<void> => {
    if (await inbox.hasTaken(messageId)) return;
    const userId = passengerIn(body);
    if (userId === undefined) throw new Unacceptable(NO_REQUEST);
    const command = { id: `train message ${messageId}`, bodyHash: userId };
    const passenger = { userId, sessionId: null, key: command };
    const reserved = await turns.take(key, () => reserve(passenger, headers?.saleSession));
    if (isRefusal(reserved)) throw asFailure(reserved);
    await inbox.took(messageId);
  };
  for (const way of ways) way.subscribe(topic, TRAIN_CONSUMER, take, { atOnce: AT_ONCE });
}

/** A second copy of a message may be on its way at the same time: what came of the first is known in a moment. */
function asFailure({ refused, facts }: Refusal): Error {
  if (refused === 'IDEMPOTENCY_IN_FLIGHT') return new Unavailable('the same message is being taken');
  return new Unacceptable(facts === undefined ? refused : `${refused} ${JSON.stringify(facts)}`);
}
