import type { Server } from 'node:http';
import type { HttpServer } from './kit.ts';
import { sidePort } from './side-port.ts';

const PATHS = ['/metrics', '/health', '/ready'];

/**
 * A port of its own for what operators ask: metrics, health and readiness, without a token, for a network that no buyer reaches.
 * It answers from the same routes, in the organiser's name. Rejects when the port is taken.
 */
export function operatorPort(
  app: HttpServer,
  { host, port, adminToken }: { host: string; port: number; adminToken: string },
): Promise<Server> {
  return sidePort(app.kit, { host, port }, async (request, response) => {
    const url = PATHS.find((path) => request.method === 'GET' && request.url === path);
    if (!url) return void response.writeHead(404).end();
    const answer = await app.inject({ url, headers: { 'x-token': adminToken } });
    const type = String(answer.headers['content-type'] ?? 'text/plain');
    response.writeHead(answer.statusCode, { 'content-type': type }).end(answer.rawPayload);
  });
}
