import type { FastifyRequest } from 'fastify';

const HEADER = 'x-sale-session';
const COOKIE = 'sale_session';
const COOKIE_SECONDS = 6 * 3_600;

/** The session of the waiting room that a request carries: in its header, or in the cookie that browsers keep. */
export function saleSession({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const named = headers[HEADER];
  if (typeof named === 'string' && named !== '') return named;
  const { cookie } = headers;
  if (cookie === undefined || !cookie.includes(COOKIE)) return undefined;
  for (const part of cookie.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE && value) return value;
  }
  return undefined;
}

/** Scripts need not read it, and other sites' forms do not send it. */
export function sessionCookie({ protocol }: Pick<FastifyRequest, 'protocol'>, session: string): string {
  const secure = protocol === 'https' ? '; Secure' : '';
  return `${COOKIE}=${session}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}
