import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { build, type Histogram } from 'hdr-histogram-js';
import type { Millis } from '../../../core/clock.ts';
import { type Answer, AnswerReader } from './answer-reader.ts';
import type { Journey, Journeys } from './journeys.ts';

export interface LoadResult {
  requests: number;
  /** From the first request to the last answer. */
  millis: Millis;
  /** Microseconds from writing a request to its whole answer. */
  latency: Histogram;
  /** Share of the time in which the generator's own loop worked: near 1, it was measured and not the server. */
  generatorBusy: number;
}

export interface Load {
  /** Walks the journeys until the time is over or they are; every request that was sent is answered before it ends. */
  run(millis: Millis): Promise<LoadResult>;
  close(): void;
}

/**
 * Opens the connections of a load: keep-alive, one request under way on each. Written on sockets, because an HTTP
 * client costs as much as the server's own work and would be measured with it. It runs in the process of the bench,
 * which does nothing else meanwhile; the servers have processes of their own.
 */
export async function openLoad(
  port: number,
  { connections, journeys }: { connections: number; journeys: Journeys },
): Promise<Load> {
  const lanes = await Promise.all(
    Array.from({ length: connections }, async () => new Lane(await openSocket(port), journeys())),
  );
  return {
    async run(millis) {
      const latency = newLatency();
      const busyBefore = performance.eventLoopUtilization();
      const startedAt = performance.now();
      const counts = await Promise.all(lanes.map((lane) => lane.walk(startedAt + millis, latency)));
      return {
        requests: counts.reduce((sum, count) => sum + count, 0),
        millis: performance.now() - startedAt,
        latency,
        generatorBusy: performance.eventLoopUtilization(busyBefore).utilization,
      };
    },
    close() {
      for (const lane of lanes) lane.close();
    },
  };
}

export function newLatency(): Histogram {
  return build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, highestTrackableValue: 60_000_000 });
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One connection and the journey that is walked on it. */
class Lane {
  readonly #socket: Socket;
  readonly #journey: Journey;
  readonly #reader = new AnswerReader();
  #sentAt: Millis = 0;
  #last: Answer | undefined;
  #onAnswer: (chunk: Buffer) => void = () => {};
  #onEnd: (error: Error) => void = () => {};

  constructor(socket: Socket, journey: Journey) {
    this.#socket = socket;
    this.#journey = journey;
    socket.on('data', (chunk: Buffer) => this.#onAnswer(chunk));
    socket.on('error', (error) => this.#onEnd(error));
    socket.on('close', () => this.#onEnd(new Error('the server closed a connection')));
  }

  walk(until: Millis, latency: Histogram): Promise<number> {
    return new Promise((resolve, reject) => {
      let answered = 0;
      this.#onEnd = reject;
      this.#onAnswer = (chunk) => {
        try {
          const answer = this.#reader.read(chunk);
          if (!answer) return;
          const now = performance.now();
          latency.recordValue(Math.round((now - this.#sentAt) * 1_000));
          if (answer.status >= 300)
            throw new Error(`${answer.status} ${answer.body.toString('utf8', 0, 300)}`);
          answered++;
          this.#last = answer;
          if (now >= until || !this.#send()) resolve(answered);
        } catch (error) {
          reject(error as Error);
        }
      };
      if (!this.#send()) resolve(0);
    });
  }

  close(): void {
    this.#onEnd = () => {};
    this.#socket.destroy();
  }

  /** False when the journey is at its end. */
  #send(): boolean {
    const request = this.#journey.next(this.#last);
    if (request === undefined) return false;
    this.#sentAt = performance.now();
    this.#socket.write(request, 'latin1');
    return true;
  }
}
