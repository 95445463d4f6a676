import type { FastifyRequest } from 'fastify';
import { cookieIn, cookieLine } from '../cookies.ts';

const HEADER = 'x-sale-session';
const COOKIE = 'sale_session';
const COOKIE_SECONDS = 6 * 3_600;

/** The session of the waiting room that a request carries: in its header, or in the cookie that browsers keep. */
export function saleSession(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const named = request.headers[HEADER];
  return typeof named === 'string' && named !== '' ? named : cookieIn(request, COOKIE);
}

export function sessionCookie(request: Pick<FastifyRequest, 'protocol'>, session: string): string {
  return cookieLine(request, { name: COOKIE, value: session, path: '/', seconds: COOKIE_SECONDS });
}
