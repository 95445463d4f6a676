import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { portsOf } from '../../backends/servers/free-port.ts';

/** Few enough to be given out whole; others at each run, for those of a run that goes on beside this one are taken. */
const FEW = { lowest: randomInt(10_000, 19_990), count: 5 };

async function all(ports: () => Promise<number>): Promise<number[]> {
  const given: number[] = [];
  while (given.length <= FEW.count) {
    const port = await ports().catch(() => undefined);
    if (port === undefined) break;
    given.push(port);
  }
  return given;
}

describe('a port for a server of the tests', () => {
  it('is given once, also by another run of the tests, and while nobody listens on it', async () => {
    const given = await all(portsOf(FEW));
    expect(given.length).toBeGreaterThan(0);
    expect(new Set(given).size).toBe(given.length);
    expect(await all(portsOf(FEW))).toEqual([]);
  });

  it('is one on which nobody listens', async () => {
    const somebody = createServer().listen(0, '127.0.0.1');
    await once(somebody, 'listening');
    const address = somebody.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await all(portsOf({ lowest: port, count: 1 }))).toEqual([]);
    somebody.close();
  });
});
