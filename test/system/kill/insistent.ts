import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type Client, clientOf } from '../client.ts';
import type { Killable } from './sender.ts';

const PATIENCE_MILLIS = 150_000;
const PAUSE_MILLIS = 25;
/** Ask again: nothing is known yet. */
const NOT_NOW = new Set(['IDEMPOTENCY_IN_FLIGHT', 'PAYMENT_IN_PROGRESS', 'RATE_LIMITED', 'BUSY']);

/** Somebody who asks the same again, program gone or not, until there is an answer that means something. */
export class Insistent {
  /** Answers that no visitor should ever see. */
  readonly surprises: string[] = [];
  /** Answers that were definite, and requests of which nothing was heard. */
  answers = 0;
  cutOff = 0;
  readonly #program: Killable;

  constructor(program: Killable) {
    this.#program = program;
  }

  /** Undefined when patience ran out, which is a surprise. */
  async ask<T>(
    what: string,
    request: (anyone: Client) => Promise<Answer<T>>,
  ): Promise<Answer<T> | undefined> {
    const deadline = performance.now() + PATIENCE_MILLIS;
    let latest = 'silence';
    while (performance.now() < deadline) {
      const anyone = clientOf(await this.#program.running());
      const answer = await request(anyone).catch(() => undefined);
      if (!answer) this.cutOff++;
      else {
        latest = `${answer.status} ${answer.text.slice(0, 200)}`;
        if (isDefinite(answer)) return this.#noted(what, answer);
      }
      await delay(PAUSE_MILLIS);
    }
    this.surprises.push(`${what}: never answered, at last with ${latest}`);
    return undefined;
  }

  #noted<T>(what: string, answer: Answer<T>): Answer<T> {
    this.answers++;
    if (answer.status >= 500) this.surprises.push(`${what}: ${answer.text.slice(0, 300)}`);
    return answer;
  }
}

/** A 502 or 504 is what nginx says of a program that is gone. */
function isDefinite({ status, body }: Answer): boolean {
  if ([502, 503, 504].includes(status)) return false;
  const code = (body as { code?: string } | undefined)?.code ?? '';
  return !NOT_NOW.has(code);
}
