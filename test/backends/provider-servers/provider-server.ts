import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What goes wrong with one request: it is lost on its way; it has its effect and then a 500 is answered; it has its
 * effect and nothing is ever answered.
 */
export type ServerFault = 'lost' | 'error' | 'silent';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Answer {
  status: number;
  body: object;
}

export interface ProviderServer {
  readonly port: number;
  /** Everything that was asked, in its order. */
  readonly asked: readonly Asked[];
  /** Each of these goes wrong, in this order, with the next requests whose method and path match. */
  failNext(match: RegExp, ...faults: ServerFault[]): void;
  /** Nothing goes wrong any more. */
  heal(): void;
  /** Called whenever a request that may move money has had its effect and nothing is answered yet. */
  onEffect(act: () => void): void;
  stop(): Promise<void>;
}

/**
 * A provider's HTTP server on a loopback port: idempotency keys as both providers document them (the first answer is
 * given again, an error of their own included), and faults as told.
 */
export async function providerServer(
  answer: (asked: Asked) => Answer,
  failure: Answer,
): Promise<ProviderServer> {
  const asked: Asked[] = [];
  const planned: { match: RegExp; fault: ServerFault }[] = [];
  const given = new Map<string, Answer>();
  let afterEffect: () => void = () => undefined;

  const respond = (response: ServerResponse, { status, body }: Answer, replayed: boolean) => {
    const headers = {
      'content-type': 'application/json',
      ...(replayed && { 'idempotent-replayed': 'true' }),
    };
    response.writeHead(status, headers).end(JSON.stringify(body));
  };

  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    asked.push(request);
    const index = planned.findIndex(({ match }) => match.test(`${request.method} ${request.path}`));
    const fault = planned.splice(index, index < 0 ? 0 : 1)[0]?.fault;
    if (fault === 'lost') {
      incoming.socket.destroy();
      return;
    }
    const key = request.headers['idempotency-key'];
    const name = `${request.method} ${request.path} ${key}`;
    const before = key === undefined ? undefined : given.get(name);
    const answered = before ?? answer(request);
    const told = fault === 'error' && !before ? failure : answered;
    if (key !== undefined && request.method === 'POST') given.set(name, told);
    if (request.method === 'POST') afterEffect();
    if (fault !== 'silent') respond(response, told, before !== undefined);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    failNext: (match, ...faults) => planned.push(...faults.map((fault) => ({ match, fault }))),
    heal: () => planned.splice(0),
    onEffect(act) {
      afterEffect = act;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://provider');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}
