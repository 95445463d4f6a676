import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryOp, HistoryRecord } from '../../../src/proof/history/record.ts';
import { meaningOf } from '../../../src/proof/rush/crowd/classify.ts';
import { type Answer, type Client, clientOf } from '../client.ts';
import type { Program } from '../program.ts';

/** One request of the history: its operation, its key, and what it is about. */
export interface Wish {
  client: string;
  op: HistoryOp;
  key: string;
  seats: readonly number[];
  bookingId?: number;
  path: string;
  body: unknown;
}

/** The program as the buyers know it: sometimes it is not there. */
export interface Killable {
  /** Resolves with the program that runs, or that will; or with what stands before several. */
  running(): Promise<Pick<Program, 'url'>>;
}

/** How long a buyer asks before he gives up: longer than the program takes to be there again on a busy machine. */
const PATIENCE_MILLIS = 150_000;

/** Sends requests with their keys until each has a definite answer, and writes down every try. */
export class Sender {
  readonly records: HistoryRecord[] = [];
  /** Wishes that were acknowledged, to be asked for again after a restart. */
  readonly acknowledged: Wish[] = [];
  /** Answers that no buyer should ever see. */
  readonly surprises: string[] = [];
  readonly #program: Killable;
  #latest = 'silence';

  constructor(program: Killable) {
    this.#program = program;
  }

  /** The definite answer, or undefined when patience ran out, which is a surprise. */
  async send(wish: Wish): Promise<Answer<{ booking_id?: number }> | undefined> {
    const deadline = performance.now() + PATIENCE_MILLIS;
    while (performance.now() < deadline) {
      const program = await this.#program.running();
      const answer = await this.#attempt(clientOf(program), wish);
      if (answer) return answer;
      await delay(20);
    }
    this.surprises.push(`${wish.op}: never answered, at last with ${this.#latest}`);
    return undefined;
  }

  /** One try with its record; undefined when it must be tried again. */
  async #attempt(anyone: Client, wish: Wish): Promise<Answer<{ booking_id?: number }> | undefined> {
    const { client, op, key, seats, bookingId } = wish;
    const invokedAt = performance.now();
    const record = (rest: Pick<HistoryRecord, 'outcome'> & Partial<HistoryRecord>) =>
      this.records.push({
        client,
        op,
        key,
        seats,
        invokedAt,
        completedAt: performance.now(),
        ...(bookingId !== undefined && { bookingId }),
        ...rest,
      });
    let answer: Answer<{ booking_id?: number }>;
    try {
      answer = await anyone.as(client).post(wish.path, wish.body, { 'idempotency-key': key });
    } catch {
      record({ outcome: 'info' });
      return undefined;
    }
    this.#latest = answer.text.slice(0, 300);
    const { outcome, notNow, error } = meaningOf({
      status: answer.status,
      body: answer.text,
      retryAfterMillis: undefined,
    });
    const digest = createHash('sha256').update(answer.text).digest('hex');
    record({ outcome, answer: { status: answer.status, digest }, ...(notNow && { notNow }) });
    if (error !== undefined && answer.status !== 503)
      this.surprises.push(`${op}: ${answer.text.slice(0, 300)}`);
    if (outcome === 'ok') this.acknowledged.push(wish);
    return outcome === 'info' || notNow ? undefined : answer;
  }
}
