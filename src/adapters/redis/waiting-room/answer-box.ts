import type { Millis } from '../../../core/clock.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { untilListening } from '../connection/first-listening.ts';
import { answersChannel } from './channels.ts';
import type { Answers } from './question.ts';

interface Expected {
  eventId: number;
  answered(answers: Answers): void;
  lost(why: string): void;
}

/** Where the answers of all leads come to this node. */
export class AnswerBox {
  readonly #connection: Pick<RedisConnection, 'subscribe' | 'ownClock'>;
  readonly #channel: string;
  /** As many as the rooms have batches under way. */
  readonly #expected = new Map<number, Expected>();
  #listening: Promise<() => void> | undefined;
  #latest = 0;

  constructor(connection: Pick<RedisConnection, 'subscribe' | 'ownClock'>, node: string) {
    this.#connection = connection;
    this.#channel = answersChannel(node);
  }

  /** Throws a definite Unavailable when no answer would be heard. */
  async open(): Promise<void> {
    this.#listening ??= untilListening(this.#connection, this.#channel, {
      message: (text) => this.#hear(JSON.parse(text) as Answers),
      missed: () => this.#loseAll(() => true, 'the answer of the waiting room was missed'),
    });
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  /** A number for a batch, and what it comes to: an indefinite Unavailable when no answer comes in time. */
  expect(eventId: number, millis: Millis): { id: number; answers: Promise<Answers>; forget(): void } {
    const id = ++this.#latest;
    let forget = () => {};
    const answers = new Promise<Answers>((resolve, reject) => {
      const lost = (why: string) => {
        forget();
        reject(new Unavailable(why, { indefinite: true }));
      };
      const stopWaiting = this.#connection.ownClock.after(millis, () =>
        lost('the waiting room does not answer in time'),
      );
      forget = () => {
        stopWaiting();
        this.#expected.delete(id);
      };
      const answered = (found: Answers) => {
        forget();
        resolve(found);
      };
      this.#expected.set(id, { eventId, answered, lost });
    });
    // Who forgets it hears nothing of it any more.
    answers.catch(() => undefined);
    return { id, answers, forget: () => forget() };
  }

  /** Another node leads the room: what the one before was asked is not answered any more. */
  leadChanged(eventId: number): void {
    this.#loseAll((each) => each.eventId === eventId, 'the waiting room has another lead');
  }

  close(): void {
    this.#loseAll(() => true, 'this node stops');
    void this.#listening?.then(
      (end) => end(),
      () => undefined,
    );
  }

  #hear(answers: Answers): void {
    this.#expected.get(answers.id)?.answered(answers);
  }

  #loseAll(isMeant: (expected: Expected) => boolean, why: string): void {
    for (const expected of [...this.#expected.values()]) if (isMeant(expected)) expected.lost(why);
  }
}
