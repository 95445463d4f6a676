import { OPEN_ADMISSION } from '../../core/admission.ts';
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
  train: Pick<Train, 'reserve'>;
  inbox: Inbox;
}

/**
 * Takes requests for a seat that come as messages: what `POST /reserve` has in its body. Messages of one key are served in
 * their order. A message has its effect once, however often it comes: until the inbox knows of it, its id is the key
 * of the command. One that can come to nothing is a dead letter, with the reason.
 */
export function takeTrainRequests({ ways, topic, train, inbox }: TrainIntakeNeeds): void {
  const turns = new Turns<string>();
  const take = async ({ messageId, key, body }: Message): Promise<void> => {
    if (await inbox.hasTaken(messageId)) return;
    const userId = passengerIn(body);
    if (userId === undefined) throw new Unacceptable(NO_REQUEST);
    const claimant = {
      userId,
      sessionId: null,
      admission: OPEN_ADMISSION,
      key: { id: `train message ${messageId}`, bodyHash: userId },
    };
    const reserved = await turns.take(key, () => train.reserve(claimant));
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
