import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Up to twice this: below the ports that the system gives to outgoing connections, and so is the bus port of a cluster node. */
const LOWEST = 10_000;
/** A Redis Cluster node talks to its peers at its port plus this; no port is another one's bus port. */
const BUS_OFFSET = 10_000;

/** A loopback port that nobody listens on, nobody on the bus port that belongs to it, and that no test on this machine is given while this process lives. */
export const freePort = portsOf({ lowest: LOWEST, count: BUS_OFFSET });

/** The same of some ports only. Rejects when none is left. */
export function portsOf({ lowest, count }: { lowest: number; count: number }): () => Promise<number> {
  let next = randomInt(count);
  return async () => {
    for (let attempt = 0; attempt < count; attempt++) {
      const port = lowest + next;
      next = (next + 1) % count;
      if ((await isMine(port)) && (await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
    }
    throw new Error('no free port');
  };
}

/**
 * Takes the UDP port of the same number, which none of the servers uses, and keeps it as long as this process lives: what was
 * found free is listened on only seconds later, and is let go of while its server is restarted.
 */
function isMine(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sign = createSocket('udp4');
    sign.once('error', () => {
      sign.close();
      resolve(false);
    });
    sign.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      sign.unref();
      resolve(true);
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
