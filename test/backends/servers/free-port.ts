import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Up to twice this: below the ports that the system gives to outgoing connections, and so is the bus port of a cluster node. */
const LOWEST = 10_000;
/** A Redis Cluster node talks to its peers at its port plus this; no port is another one's bus port. */
const BUS_OFFSET = 10_000;
/** Test files that run at once have ports of their own: what one has found free may be taken only seconds later. */
const SHARES = 8;
const SHARE = BUS_OFFSET / SHARES;

const first = LOWEST + (Number(process.env.VITEST_POOL_ID ?? 0) % SHARES) * SHARE;
let next = randomInt(SHARE);

/** A loopback port that nobody listens on, nobody on the bus port that belongs to it, and that nobody here was given lately. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < SHARE; attempt++) {
    const port = first + next;
    next = (next + 1) % SHARE;
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
