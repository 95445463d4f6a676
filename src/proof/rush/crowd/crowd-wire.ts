import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Millis } from '../../../core/clock.ts';
import { ANSWER_TIMEOUT_MILLIS } from '../options.ts';
import { elapsed } from '../stopwatch.ts';
import type { Answer, Lost, Wire, WireRequest } from '../wire.ts';
import { CrowdLine, type Errand } from './crowd-line.ts';

/** A request that a buyer may break off. */
export interface BuyersRequest extends WireRequest {
  /** The client closes its connection this long after sending, answered or not. */
  hangUpAfterMillis?: Millis;
}

export interface CrowdWire extends Wire {
  send(request: BuyersRequest): Promise<Answer | Lost>;
}

/** Less than any server's own limit: what it closes just when we write would be an answer lost for nothing. */
const IDLE_MILLIS = 3_000;
const LOOK_EVERY_MILLIS = 500;

/**
 * The wire of a crowd: HTTP/1.1 on sockets, keep-alive, one request under way on each; what finds no free one waits its
 * turn. An HTTP client costs more than the server's own work, and on the server's machine that would be measured with
 * it. It reads answers with a length only, which is what every route of a buyer sends.
 */
export function openCrowdWire(url: string, options: { connections: number }): CrowdWire {
  return new Lines(new URL(url), options.connections);
}

class Lines implements CrowdWire {
  readonly #connect: () => Socket;
  readonly #hostField: string;
  readonly #most: number;
  readonly #all = new Set<CrowdLine>();
  readonly #free: CrowdLine[] = [];
  readonly #waiting = new Waiting();
  readonly #look: NodeJS.Timeout;

  constructor(url: URL, most: number) {
    this.#connect = () => connectTo(url);
    this.#hostField = url.host;
    this.#most = most;
    this.#look = setInterval(() => this.#endOld(), LOOK_EVERY_MILLIS);
  }

  send(request: BuyersRequest): Promise<Answer | Lost> {
    return new Promise((resolve) => {
      const text = textOf(request, this.#hostField);
      this.#waiting.add({ text, hangUpAfterMillis: request.hangUpAfterMillis, resolve });
      const line = this.#free.pop() ?? this.#another();
      if (line) this.#goOn(line);
    });
  }

  destroy(): Promise<void> {
    clearInterval(this.#look);
    for (let errand = this.#waiting.take(); errand; errand = this.#waiting.take()) {
      errand.resolve({ lost: 'connection' });
    }
    for (const line of this.#all) line.close('connection');
    return Promise.resolve();
  }

  #another(): CrowdLine | undefined {
    if (this.#all.size >= this.#most) return undefined;
    const line = new CrowdLine(this.#connect(), {
      freed: () => this.#goOn(line),
      ended: () => this.#drop(line),
    });
    this.#all.add(line);
    return line;
  }

  #goOn(line: CrowdLine): void {
    const errand = this.#waiting.take();
    if (errand) line.carry(errand);
    else this.#free.push(line);
  }

  #drop(line: CrowdLine): void {
    this.#all.delete(line);
    const at = this.#free.indexOf(line);
    if (at >= 0) this.#free.splice(at, 1);
    const next = this.#waiting.isEmpty ? undefined : this.#another();
    if (next) this.#goOn(next);
  }

  #endOld(): void {
    const now = elapsed();
    for (const line of [...this.#all]) {
      const limit = line.isBusy ? ANSWER_TIMEOUT_MILLIS : IDLE_MILLIS;
      if (now - line.since > limit) line.close('timeout');
    }
  }
}

function connectTo({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:') return connect({ host, port: Number(port || 80) });
  return connectTls({ host, port: Number(port || 443), ...(!isIP(host) && { servername: host }) });
}

/** First come, first sent; taking one costs the same however many wait. */
class Waiting {
  #errands: Errand[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#next === this.#errands.length;
  }

  add(errand: Errand): void {
    this.#errands.push(errand);
  }

  take(): Errand | undefined {
    const errand = this.#errands[this.#next];
    if (!errand) return undefined;
    this.#next++;
    if (this.isEmpty || this.#next === 10_000) {
      this.#errands = this.#errands.slice(this.#next);
      this.#next = 0;
    }
    return errand;
  }
}

function textOf({ method, path, userId, key, token, session, body }: WireRequest, host: string): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\n`;
  if (userId !== undefined) text += `x-user-id: ${userId}\r\n`;
  if (key !== undefined) text += `idempotency-key: ${key}\r\n`;
  if (token !== undefined) text += `x-token: ${token}\r\n`;
  if (session !== undefined) text += `x-sale-session: ${session}\r\n`;
  if (body === undefined) return method === 'GET' ? `${text}\r\n` : `${text}content-length: 0\r\n\r\n`;
  const json = JSON.stringify(body);
  const bytes = Buffer.byteLength(json);
  return `${text}content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n${json}`;
}
