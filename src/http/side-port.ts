import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { brokenClients, patience } from './broken-clients.ts';
import type { HttpKit } from './kit.ts';

/** A port beside the one of the buyers, with the same patience for slow clients. Rejects when the port is taken. */
export async function sidePort(
  kit: Pick<HttpKit, 'config' | 'random' | 'stalls'>,
  { host, port }: { host: string; port: number },
  listener: RequestListener,
): Promise<Server> {
  const server = createServer(patience(kit.config.http), listener);
  server.on('clientError', brokenClients(kit));
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}
