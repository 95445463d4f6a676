import type { Socket } from 'node:net';
import type { Millis } from '../../../core/clock.ts';
import { AnswerReader, type Answer as Whole } from '../../bench/load/answer-reader.ts';
import { elapsed } from '../stopwatch.ts';
import { type Answer, type Lost, retryAfterIn } from '../wire.ts';

/** A request as it goes over the wire, and who waits for what comes of it. */
export interface Errand {
  text: string;
  hangUpAfterMillis: Millis | undefined;
  resolve(reply: Answer | Lost): void;
}

const RETRY_AFTER = /\r\nretry-after: *([^\r]*)/i;
const LAST_ANSWER = /\r\nconnection: *close/i;

/** One connection of a crowd, which carries one request after another. */
export class CrowdLine {
  /** When it was given its request, or became free. */
  since: Millis = elapsed();
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  readonly #tell: { freed(): void; ended(): void };
  #errand: Errand | undefined;
  #hangUp: NodeJS.Timeout | undefined;

  constructor(socket: Socket, tell: { freed(): void; ended(): void }) {
    this.#tell = tell;
    this.#socket = socket.setNoDelay();
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // Its close follows.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#settle({ lost: 'connection' });
      tell.ended();
    });
  }

  get isBusy(): boolean {
    return this.#errand !== undefined;
  }

  carry(errand: Errand): void {
    this.#errand = errand;
    this.since = elapsed();
    const { hangUpAfterMillis } = errand;
    if (hangUpAfterMillis === undefined) this.#socket.write(errand.text);
    else this.#socket.write(errand.text, () => this.#hangUpOn(errand, hangUpAfterMillis));
  }

  /** What is under way is Lost, for this reason. */
  close(lost: Lost['lost']): void {
    this.#settle({ lost });
    this.#socket.destroy();
  }

  /** Counted from when it has left: before that there is nothing to hang up on. */
  #hangUpOn(errand: Errand, afterMillis: Millis): void {
    if (this.#errand === errand) this.#hangUp = setTimeout(() => this.close('hung-up'), afterMillis);
  }

  #read(chunk: Buffer): void {
    const answer = this.#answerIn(chunk);
    if (answer === 'unreadable') this.close('unreadable');
    else if (answer) this.#handOver(answer);
  }

  #handOver({ status, head, body }: Whole): void {
    const retryAfterMillis = status < 400 ? undefined : retryAfterIn(RETRY_AFTER.exec(head)?.[1]);
    const isLast = LAST_ANSWER.test(head);
    this.#settle({ status, body: body.toString(), retryAfterMillis });
    if (isLast) this.#socket.destroy();
    else this.#tell.freed();
  }

  /** Bytes that nobody asked for are unreadable, too. */
  #answerIn(chunk: Buffer): Whole | 'unreadable' | undefined {
    try {
      return this.#errand ? this.#reader.read(chunk) : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  #settle(reply: Answer | Lost): void {
    clearTimeout(this.#hangUp);
    this.since = elapsed();
    this.#errand?.resolve(reply);
    this.#errand = undefined;
  }
}
