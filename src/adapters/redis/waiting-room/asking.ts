import type { Clock } from '../../../core/clock.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { RoomView } from '../../../waiting-room/command.ts';
import type { RedisConnection } from '../connection/connection.ts';
import type { AnswerBox } from './answer-box.ts';
import { askedChannel } from './channels.ts';
import type { RoomLimits } from './limits.ts';
import { type Batch, mayChange, type Question, replyIn } from './question.ts';

/** Batches that one node has under way to one lead; what is asked meanwhile goes into the next. */
const BATCHES_AT_ONCE = 4;
const QUESTIONS_IN_BATCH = 500;
const CALLED_EVERY_MILLIS = 100;

/** Nobody heard the question, so nothing happened. */
export class NobodyLeads extends Unavailable {}

export interface AskingNeeds {
  connection: Pick<RedisConnection, 'write' | 'ownClock'>;
  clock: Clock;
  node: string;
  box: AnswerBox;
  limits: RoomLimits;
  /** The view that came with an answer. */
  seen(view: RoomView | undefined): void;
}

interface Asked {
  question: Question;
  since: number;
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

/** What this node asks the lead of one room: in batches, never on a timer, so a lone question waits for nobody. */
export class Asking {
  readonly #eventId: number;
  readonly #needs: AskingNeeds;
  #waiting: Asked[] = [];
  #underWay = 0;
  #isScheduled = false;
  #calledAt = Number.NEGATIVE_INFINITY;

  constructor(eventId: number, needs: AskingNeeds) {
    this.#eventId = eventId;
    this.#needs = needs;
  }

  /** Throws Unavailable: definite when nobody was asked or nothing can have changed, else indefinite. */
  ask(question: Question): Promise<unknown> {
    if (this.#waiting.length >= this.#needs.limits.waitingMax) {
      return Promise.reject(new Unavailable('too many questions wait for the lead of the waiting room'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, since: this.#needs.connection.ownClock.now(), resolve, reject });
      this.#schedule();
    });
  }

  /** Whoever leads the room says so; once in a while at most. */
  callOut(): void {
    const now = this.#needs.connection.ownClock.now();
    if (now - this.#calledAt < CALLED_EVERY_MILLIS) return;
    this.#calledAt = now;
    this.#publish(0, []).catch(onlyUnavailable);
  }

  /** Leaves the caller's turn first, so that everything asked in this turn is in one batch. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= BATCHES_AT_ONCE) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      while (this.#waiting.length > 0 && this.#underWay < BATCHES_AT_ONCE) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#underWay++;
    const some = this.#waiting.splice(0, QUESTIONS_IN_BATCH);
    try {
      await this.#send(some.filter((asked) => this.#isInTime(asked)));
    } finally {
      this.#underWay--;
      this.#schedule();
    }
  }

  #isInTime({ since, reject }: Asked): boolean {
    const { connection, limits } = this.#needs;
    if (connection.ownClock.now() - since < limits.answerMillis) return true;
    reject(new Unavailable('the waiting room has too much to do'));
    return false;
  }

  async #send(some: readonly Asked[]): Promise<void> {
    if (some.length === 0) return;
    const { box, limits, seen } = this.#needs;
    let expected: ReturnType<AnswerBox['expect']> | undefined;
    try {
      await box.open();
      expected = box.expect(this.#eventId, limits.answerMillis);
      await this.#publish(expected.id, some);
      const { answers, view } = await expected.answers;
      if (view) seen(view);
      for (const [at, { resolve, reject }] of some.entries()) {
        try {
          resolve(replyIn(answers[at] ?? { defect: 'it left an answer out' }));
        } catch (error) {
          reject(error);
        }
      }
    } catch (error) {
      expected?.forget();
      for (const { question, reject } of some) reject(failureOf(error, question));
    }
  }

  async #publish(id: number, some: readonly Asked[]): Promise<void> {
    const { connection, clock, node, limits } = this.#needs;
    const channel = askedChannel(this.#eventId);
    const questions = some.map(({ question }) => question);
    const batch: Batch = { node, id, until: clock.now() + limits.answerMillis, questions };
    const heard = await connection.write<number>(channel, ['SPUBLISH', channel, JSON.stringify(batch)]);
    if (heard === 0) throw new NobodyLeads('nobody leads the waiting room at the moment');
  }
}

/** A lost answer to what changes nothing is a definite failure. */
function failureOf(error: unknown, question: Question): unknown {
  if (!(error instanceof Unavailable) || !error.indefinite || mayChange(question)) return error;
  return new Unavailable(error.message, { cause: error });
}
