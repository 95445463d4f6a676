import type { Millis } from '../../../core/clock.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { RoomCommand, RoomView } from '../../../waiting-room/command.ts';
import type { Lane } from '../../../waiting-room/lane.ts';
import type { WaitingRoomStore } from '../../../waiting-room/ports/waiting-room-store.ts';

/** One call of the store, as it is asked of the lead. */
export type Question =
  | { ask: 'execute'; command: RoomCommand }
  | { ask: 'view' | 'head' | 'figures' }
  | { ask: 'arrivals'; lane: Lane; from: number; limit: number };

/** Questions that go together, in the order in which they were asked; none: who leads shall say so. */
export interface Batch {
  node: string;
  id: number;
  /** Who asked has given up by then, so nothing of it may still be done. */
  until: Millis;
  questions: readonly Question[];
}

/** What one question came to. `unavailable`: the message. `defect`: ours, to be thrown where it was asked. */
export type Answer =
  | { reply?: unknown }
  | { unavailable: string; indefinite: boolean; retryAfterSeconds: number }
  | { defect: string };

export interface Answers {
  id: number;
  answers: readonly Answer[];
  /** The room after all of them; absent before it is established, or when it cannot be told. */
  view?: RoomView | undefined;
}

export function ask(store: WaitingRoomStore, eventId: number, question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'execute':
      return store.execute(question.command);
    case 'arrivals':
      return store.arrivals(eventId, question.lane, question.from, question.limit);
    default:
      return store[question.ask](eventId);
  }
}

/** Whether anything of worth may be different afterwards. A sign of life is not: it is given again and again. */
export function mayChange(question: Question): boolean {
  return question.ask === 'execute' && question.command.type !== 'show_up';
}

export async function answerOf(asked: Promise<unknown>): Promise<Answer> {
  try {
    return { reply: await asked };
  } catch (error) {
    if (!(error instanceof Unavailable)) return { defect: String(error) };
    const { message, indefinite, retryAfterSeconds } = error;
    return { unavailable: message, indefinite, retryAfterSeconds };
  }
}

/** The reply, or throws what the lead threw. */
export function replyIn(answer: Answer): unknown {
  if ('unavailable' in answer) {
    const { unavailable, indefinite, retryAfterSeconds } = answer;
    throw new Unavailable(unavailable, { indefinite, retryAfterSeconds });
  }
  if ('defect' in answer) throw new Error(`the lead of a waiting room failed: ${answer.defect}`);
  return answer.reply;
}
