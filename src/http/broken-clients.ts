import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type RefusalCode, refuse } from '../core/refusal.ts';
import { errorAnswer } from './answers/refusals.ts';

const ANSWERS: Readonly<Record<string, { code: RefusalCode; status: number }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'BAD_REQUEST', status: 408 },
  HPE_HEADER_OVERFLOW: { code: 'HEADERS_TOO_MANY', status: 431 },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { code: 'BODY_TOO_LARGE', status: 413 },
};

/**
 * Answers a client whose bytes never became a request (not HTTP, too many headers, too slow) with the same body and
 * headers as everybody else, then hangs up.
 */
export function answerBrokenClient(error: NodeJS.ErrnoException, socket: Socket, traceId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const { code, status } = ANSWERS[error.code ?? ''] ?? { code: 'BAD_REQUEST', status: 400 };
  const body = JSON.stringify(errorAnswer(refuse(code), { traceId, acceptLanguage: undefined }));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nTrace-Id: ${traceId}\r\nX-Request-ID: ${traceId}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  // `end` waits for the client to hang up as well, which a client that means harm never does.
  socket.once('finish', () => socket.destroy());
}
