import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import { MINUTE, type Millis, SECOND } from '../core/clock.ts';
import { type RefusalCode, refuse } from '../core/refusal.ts';
import { errorAnswer, STATUS_OF } from './answers/refusals.ts';
import type { HttpKit } from './kit.ts';

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
/** Nothing that is asked takes so long until its first byte. */
const LONGEST_ANSWER: Millis = 2 * MINUTE;

/** What is said of Node's errors; of all others that the request cannot be understood. */
const SAID: Readonly<Record<string, RefusalCode>> = {
  [TOO_SLOW]: 'REQUEST_TOO_SLOW',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_MANY',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
};

/** How long a client may take to send its request, as Node's server wants to be told. */
export function patience({ headersTimeoutSeconds, bodyTimeoutSeconds }: Config['http']) {
  return {
    headersTimeout: headersTimeoutSeconds * SECOND,
    requestTimeout: (headersTimeoutSeconds + bodyTimeoutSeconds) * SECOND,
    // Node looks for slow clients every 30 seconds unless told otherwise.
    connectionsCheckingInterval: 500,
  };
}

/**
 * For Node's `clientError`. After a stall Node finds clients slow whose bytes have long been there, for it looks at the
 * time before it reads: they have their time anew.
 */
export function brokenClients({ config, random, stalls }: Pick<HttpKit, 'config' | 'random' | 'stalls'>) {
  const { requestTimeout } = patience(config.http);
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    const answer = () => answerBrokenClient(error, socket, random.hex(16));
    if (error.code === TOO_SLOW && stalls.isJustOver) lookAgain(socket, requestTimeout, answer);
    else answer();
  };
}

/** Who has sent nothing since is slow, and so is who has sent something and is not answered long after. */
function lookAgain(socket: Socket, requestTimeout: Millis, tooSlow: () => void): void {
  const { bytesRead, bytesWritten } = socket;
  const look = (after: Millis, isSilent: () => boolean) => {
    const end = () => {
      if (socket.bytesWritten === bytesWritten && isSilent()) tooSlow();
    };
    setTimeout(end, after).unref();
  };
  look(requestTimeout, () => socket.bytesRead === bytesRead);
  look(LONGEST_ANSWER, () => true);
}

/**
 * Answers a client whose bytes never became a request (not HTTP, too many headers, too slow) with the same body and
 * headers as everybody else, then hangs up.
 */
function answerBrokenClient(error: NodeJS.ErrnoException, socket: Socket, traceId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const code = SAID[error.code ?? ''] ?? 'BAD_REQUEST';
  const status = STATUS_OF[code];
  const body = JSON.stringify(errorAnswer(refuse(code), { traceId, acceptLanguage: undefined }));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nTrace-Id: ${traceId}\r\nX-Request-ID: ${traceId}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  // `end` waits for the client to hang up as well, which a client that means harm never does.
  socket.once('finish', () => socket.destroy());
}
