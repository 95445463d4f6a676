import type { FastifyRequest } from 'fastify';

/** The value of a cookie that the request carries; undefined without one. */
export function cookieIn({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const { cookie } = headers;
  if (cookie === undefined || !cookie.includes(name)) return undefined;
  for (const part of cookie.split(';')) {
    const [own, value] = part.trim().split('=', 2);
    if (own === name && value) return value;
  }
  return undefined;
}

/** A Set-Cookie line. Scripts need not read it, and other sites' forms do not send it. */
export function cookieLine(
  { protocol }: Pick<FastifyRequest, 'protocol'>,
  { name, value, path, seconds }: { name: string; value: string; path: string; seconds: number },
): string {
  const secure = protocol === 'https' ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
