import { get } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Millis } from '../../../core/clock.ts';

export interface TimedAnswer {
  /** Of the body as it came over the wire, still packed. */
  bytes: number;
  /** From the request to the last byte, the way over loopback and a new connection included. */
  millis: Millis;
}

export function timedGet(port: number, path: string, headers: Record<string, string>): Promise<TimedAnswer> {
  return new Promise((resolve, reject) => {
    const askedAt = performance.now();
    get({ port, host: '127.0.0.1', path, headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({ bytes, millis: performance.now() - askedAt });
        else reject(new Error(`${path}: ${answer.statusCode}`));
      });
    }).on('error', reject);
  });
}
