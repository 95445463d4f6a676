import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

/** Fast settings: the first answer counts, and a map of 50,000 seats is small either way. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP = { level: 4 };

type Encoding = 'br' | 'gzip' | 'identity';

/** A text and its compressed forms, each made when first asked for and then kept. */
export interface Compressed {
  as(encoding: Encoding): Promise<Buffer>;
}

export function compressed(text: string): Compressed {
  const plain = Buffer.from(text);
  const made = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(plain)]]);
  return {
    as(encoding) {
      const known = made.get(encoding);
      if (known) return known;
      const making = encoding === 'br' ? toBrotli(plain, BROTLI) : toGzip(plain, GZIP);
      made.set(encoding, making);
      return making;
    },
  };
}

/**
 * Sends JSON in the best encoding that the client takes, or 304 when it has this version already. The version is
 * letters, digits and dots.
 */
export async function compressedReply(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Compressed,
  { version, cacheControl }: { version: string; cacheControl: string },
): Promise<FastifyReply> {
  // Weak, for one version has other bytes in each encoding.
  reply
    .header('etag', `W/"${version}"`)
    .header('cache-control', cacheControl)
    .header('vary', 'Accept-Encoding');
  if (knows(request.headers['if-none-match'], version)) return reply.code(304).send();
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type('application/json; charset=utf-8').send(await body.as(encoding));
}

/** RFC 9110, 13.1.2: any of a list, compared weakly, for a proxy that compresses makes each of them weak; `*` is any version. */
function knows(ifNoneMatch: string | undefined, version: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.includes(`"${version}"`);
}

function encodingFor(accepted: string | string[] | undefined): Encoding {
  const text = String(accepted ?? '');
  if (/\bbr\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(text)) return 'br';
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(text) ? 'gzip' : 'identity';
}
