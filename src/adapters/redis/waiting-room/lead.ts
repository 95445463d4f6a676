import type { Clock } from '../../../core/clock.ts';
import { every } from '../../../core/every.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { RoomView } from '../../../waiting-room/command.ts';
import type { WaitingRoomStore } from '../../../waiting-room/ports/waiting-room-store.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { untilListening } from '../connection/first-listening.ts';
import { answersChannel, askedChannel, type News } from './channels.ts';
import type { RoomLimits } from './limits.ts';
import { type Answers, answerOf, ask, type Batch, mayChange, type Question } from './question.ts';

/** A room that this node has taken. */
export interface TakenRoom {
  store: WaitingRoomStore;
  /** Another node has taken it meanwhile. */
  isLost(): boolean;
}

export interface LeadNeeds {
  connection: Pick<RedisConnection, 'subscribe' | 'publish' | 'ownClock'>;
  clock: Clock;
  /** Whether the lease is still the one under which this lead began. */
  isHeld(): boolean;
  limits: RoomLimits;
  tell(news: News): void;
}

/** One node's lead of one room: it answers what the others ask, for as long as its lease holds. */
export class Lead {
  readonly fence: number;
  readonly #eventId: number;
  readonly #room: TakenRoom;
  readonly #needs: LeadNeeds;
  #deaf: (() => void) | undefined;
  #stopLiving: (() => void) | undefined;
  #working = 0;
  readonly #answering = new Set<Promise<void>>();
  #ended = false;

  constructor(
    { eventId, fence, room }: { eventId: number; fence: number; room: TakenRoom },
    needs: LeadNeeds,
  ) {
    this.fence = fence;
    this.#eventId = eventId;
    this.#room = room;
    this.#needs = needs;
  }

  get holds(): boolean {
    return !this.#ended && this.#needs.isHeld() && !this.#room.isLost();
  }

  /** Listens to what the other nodes ask. Throws a definite Unavailable when it cannot. */
  async begin(): Promise<void> {
    this.#deaf = await untilListening(this.#needs.connection, askedChannel(this.#eventId), {
      message: (text) => this.#take(JSON.parse(text) as Batch),
      missed: () => undefined,
    });
    if (this.#ended) return this.#deaf();
    const { connection, limits } = this.#needs;
    this.#stopLiving = every(connection.ownClock, limits.livesMillis, () => this.#live());
    void this.#live();
  }

  /** At once: what is under way is not answered. */
  end(): void {
    this.#ended = true;
    this.#deaf?.();
    this.#stopLiving?.();
  }

  /** Takes no more questions, and answers those it has. */
  async finish(): Promise<void> {
    this.#deaf?.();
    await Promise.all(this.#answering);
    this.end();
  }

  /** What was answered is true only if the room was still led from here after it was. */
  async ask(question: Question): Promise<unknown> {
    const reply = await ask(this.#room.store, this.#eventId, question);
    if (this.holds) return reply;
    throw new Unavailable('this node leads the waiting room no more', { indefinite: mayChange(question) });
  }

  /** Who does not lead any more says nothing: another lead has heard the same. */
  #take(batch: Batch): void {
    if (!this.holds || this.#needs.clock.now() > batch.until) return;
    if (batch.questions.length === 0) return void this.#live();
    const answering: Promise<void> = this.#work(batch).finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #work({ node, id, questions }: Batch): Promise<void> {
    const { limits } = this.#needs;
    const isTooMuch = this.#working + questions.length > limits.waitingMax;
    this.#working += questions.length;
    const asked = questions.map((question) => (isTooMuch ? refused() : this.ask(question)));
    const answers = await Promise.all(asked.map(answerOf));
    this.#working -= questions.length;
    if (this.holds) await this.#answer(node, { id, answers, view: await this.#view() });
  }

  async #answer(node: string, answers: Answers): Promise<void> {
    const publishing = this.#needs.connection.publish(answersChannel(node), JSON.stringify(answers));
    // Who asked waits for no longer than he said.
    await publishing.catch(onlyUnavailable);
  }

  /** A sign of life, with the room as it is. */
  async #live(): Promise<void> {
    const view = this.holds ? await this.#view() : undefined;
    if (this.holds) this.#needs.tell({ type: 'lives', view });
  }

  #view(): Promise<RoomView | undefined> {
    return this.#room.store.view(this.#eventId).catch(onlyUnavailable);
  }
}

function refused(): Promise<never> {
  return Promise.reject(new Unavailable('the lead of the waiting room has too much to do'));
}
