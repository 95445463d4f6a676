import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections, and so is the bus port of a cluster node. */
const LOWEST = 10_000;
const HIGHEST = 22_000;
/** A Redis Cluster node talks to its peers at its port plus this. */
const BUS_OFFSET = 10_000;
const ATTEMPTS_MAX = 100;

/** A loopback port that nobody listens on, and nobody on the bus port that belongs to it. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
