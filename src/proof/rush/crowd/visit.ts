import { hash } from 'node:crypto';
import type { Millis } from '../../../core/clock.ts';
import type { HistoryOp, HistoryRecord } from '../../history/record.ts';
import { elapsed } from '../stopwatch.ts';
import { type Answer, isLost, type Lost, type WireRequest } from '../wire.ts';
import type { Alarms } from './alarms.ts';
import type { Character } from './character.ts';
import { type Meaning, meaningOf } from './classify.ts';
import type { BuyersRequest, CrowdWire } from './crowd-wire.ts';
import type { Hall } from './hall.ts';
import type { AskedStep, Measures } from './measures.ts';

/** What all buyers of one thread share. */
export interface Venue {
  run: string;
  eventId: number;
  /** Whether buyers stand in line first. */
  admission: 'open' | 'waiting_room';
  /** From then on nobody stands in line any longer; set when the doors open. */
  patientUntil: Millis;
  wire: CrowdWire;
  alarms: Alarms;
  /** The live map as every browser shows it at this moment. */
  hall(): Hall;
  measures: Measures;
  history: HistoryRecord[];
}

/** Something a buyer asks for once, however often it has to be sent. */
export interface Wish {
  request: Omit<WireRequest, 'userId' | 'key'>;
  step?: AskedStep;
  /** For the history; a wish without it (a look) leaves no trace there. */
  op?: HistoryOp;
  seats?: readonly number[];
  /** Where the seats stand in the answer, when the server chooses them. */
  readSeats?: (body: string) => readonly number[];
  bookingId?: number;
}

export interface Granted {
  meaning: Meaning;
  answer: Answer | undefined;
}

interface Answered extends Granted {
  /** When its last answer was there. */
  at: Millis;
}

const MOST_ATTEMPTS = 4;
const LONGEST_RETRY_WAIT_MILLIS = 5_000;
const RETRY_WAIT_MILLIS = 200;

/** One buyer's time in the shop. Keeps what is due and how long the buyer waited, as opposed to thought. */
export class Visit {
  readonly character: Character;
  readonly venue: Venue;
  /** When the next action was meant to start. Later sending counts as waiting. */
  dueAt: Millis;
  /** Of the waiting room, once inside. */
  session: string | undefined;
  #waited: Millis = 0;
  #wishes = 0;

  constructor(character: Character, venue: Venue, arrivedAt: Millis) {
    this.character = character;
    this.venue = venue;
    this.dueAt = arrivedAt;
  }

  get waited(): Millis {
    return this.#waited;
  }

  /** Reading, choosing, typing a card number: not waiting. */
  async think(from: Millis, to: Millis): Promise<void> {
    await this.rest(this.character.dice.between(from, to));
  }

  /** Nothing is asked for until then. */
  rest(millis: Millis): Promise<void> {
    return new Promise((resolve) => this.wakeAt(elapsed() + millis, resolve));
  }

  /** The same for who wants no promise. */
  wakeAt(time: Millis, wake: () => void): void {
    this.dueAt = this.venue.alarms.at(time, wake);
  }

  /**
   * Asks until there is an answer that settles it, with the same key each time. A double-clicker sends twice at once;
   * somebody who hangs up breaks the first connection and asks again.
   */
  async ask(wish: Wish): Promise<Granted> {
    const key = `${this.venue.run}-${this.character.userId}-${++this.#wishes}`;
    const manner = wish.op === undefined ? 'calm' : this.character.manner;
    const press = () => this.#insist(wish, key, manner === 'hang-up');
    const settled = manner === 'double-click' ? await firstGood(press(), press()) : await press();
    if (wish.step) this.venue.measures.step(wish.step, this.dueAt, settled.at);
    this.#waited += Math.max(0, settled.at - this.dueAt);
    this.dueAt = elapsed();
    return settled;
  }

  async #insist(wish: Wish, key: string, hangsUp: boolean): Promise<Answered> {
    for (let attempt = 1; ; attempt++) {
      const sent = this.#addressed(wish, key);
      const hangUpAfterMillis = this.character.dice.between(1, 12);
      if (hangsUp && attempt === 1) sent.hangUpAfterMillis = hangUpAfterMillis;
      const invokedAt = elapsed();
      const reply = await this.venue.wire.send(sent);
      const completedAt = elapsed();
      const meaning = meaningOf(reply);
      this.venue.measures.exchange(meaning, completedAt);
      this.#remember(wish, key, { meaning, reply, invokedAt, completedAt });
      const answer = isLost(reply) ? undefined : reply;
      const wait = answer?.retryAfterMillis ?? RETRY_WAIT_MILLIS * attempt;
      if (!meaning.notNow || attempt === MOST_ATTEMPTS || wait > LONGEST_RETRY_WAIT_MILLIS)
        return { meaning, answer, at: completedAt };
      await this.venue.alarms.sleep(wait);
    }
  }

  #addressed({ request: { method, path, body } }: Wish, key: string): BuyersRequest {
    const sent: BuyersRequest = { method, path, userId: this.character.userId, body };
    if (method === 'POST') sent.key = key;
    if (this.session !== undefined) sent.session = this.session;
    return sent;
  }

  /** Seats lost at the first try are the game and would fill the history; everything else is a witness. */
  #remember(
    wish: Wish,
    key: string,
    seen: { meaning: Meaning; reply: Answer | Lost; invokedAt: Millis; completedAt: Millis },
  ): void {
    const { op, bookingId } = wish;
    const { meaning, reply, invokedAt, completedAt } = seen;
    if (op === undefined || (op === 'hold' && meaning.outcome === 'fail' && this.character.manner === 'calm'))
      return;
    const chosen = meaning.outcome === 'ok' && !isLost(reply) ? wish.readSeats?.(reply.body) : undefined;
    this.venue.history.push({
      client: this.character.userId,
      op,
      key,
      seats: wish.seats ?? chosen ?? [],
      ...(bookingId !== undefined && { bookingId }),
      invokedAt,
      completedAt,
      outcome: meaning.outcome,
      ...(!isLost(reply) && { answer: { status: reply.status, digest: hash('sha1', reply.body) } }),
      ...(meaning.notNow && meaning.outcome === 'fail' && { notNow: true as const }),
    });
  }
}

/** Of two presses the page shows what comes of the one that was answered; the other is told to ask again in a second. */
async function firstGood(first: Promise<Answered>, second: Promise<Answered>): Promise<Answered> {
  const answers = await Promise.all([first, second]);
  return answers.find(({ meaning }) => meaning.outcome === 'ok') ?? answers[0];
}
