import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CrowdWire, openCrowdWire } from '../../../src/proof/rush/crowd/crowd-wire.ts';

/** A house that answers as the test says, and a crowd's wire to it. */
export interface CrowdHouse {
  readonly port: number;
  readonly wire: CrowdWire;
  close(): Promise<void>;
}

export async function crowdHouse(
  answer: RequestListener,
  { connections, onConnection = () => undefined }: { connections: number; onConnection?: () => void },
): Promise<CrowdHouse> {
  const server = createServer(answer);
  server.on('connection', onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const wire = openCrowdWire(`http://127.0.0.1:${port}`, { connections });
  return {
    port,
    wire,
    async close() {
      await wire.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
