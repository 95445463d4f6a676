import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { refuse } from '../core/refusal.ts';
import { sendRefusal } from './answers/refusals.ts';

const METHODS: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type Declared = Pick<RouteOptions, 'method' | 'url'>;

/**
 * A second index of the routes, for what fastify's own does not say. It answers 404 where the path exists with another
 * method, HTTP wants 405 with the methods it takes; and it looks for each method by itself, so that a path which is
 * written out for one method is taken for a parameter of another. Wildcards are left out, for they know every path.
 */
export class KnownPaths {
  readonly #router = findMyWay({ maxParamLength: 500 });
  readonly #urls = new Set<string>();

  add({ method, url }: Declared): void {
    if (url.includes('*')) return;
    this.#urls.add(url);
    for (const each of [method].flat()) {
      const known = METHODS.find((one) => one === each);
      if (known && !this.#router.hasRoute(known, url)) this.#router.on(known, url, () => {}, url);
    }
  }

  /** The methods a path takes; none when there is no such path. What is written out in it counts before what is a parameter. */
  methodsOf(path: string): string[] {
    const found = METHODS.flatMap((method) => {
      const url = this.#router.find(method, path)?.store as string | undefined;
      return url === undefined ? [] : [{ method, url }];
    });
    return found
      .filter(({ url }) => !found.some((other) => isNearer(other.url, url)))
      .map(({ method }) => method);
  }

  /**
   * Whether a path that came to a route is that of a nearer one, which then has no such method. To be asked for when all
   * routes are declared; undefined for a route to which no such path can come.
   */
  meantForOthers({ url }: Declared): ((path: string) => boolean) | undefined {
    const nearer = [...this.#urls].filter((other) => isNearer(other, url));
    if (nearer.length === 0) return undefined;
    const paths = nearer.map((other) => other.split('/').map(patternOf).join('/'));
    const pattern = new RegExp(`^(?:${paths.join('|')})$`);
    return (path) => pattern.test(path);
  }
}

const isParameter = (segment: string) => segment.includes(':');
const patternOf = (segment: string) =>
  isParameter(segment) ? '[^/]+' : segment.replaceAll(/[^\w-]/g, '\\$&');

/** Whether some paths are of both, and where they first differ the one has written out what is a parameter of the other. */
function isNearer(one: string, other: string): boolean {
  const others = other.split('/');
  const segments = one.split('/').map((segment, index) => [segment, others[index] ?? ''] as const);
  if (segments.length !== others.length) return false;
  const first = segments.find(([left, right]) => isParameter(left) !== isParameter(right));
  return (
    first !== undefined &&
    isParameter(first[1]) &&
    segments.every(([left, right]) => left === right || isParameter(left) || isParameter(right))
  );
}

/** 405 with `Allow` for a path that takes other methods, else 404. */
export function answerNotFound(paths: KnownPaths, request: FastifyRequest, reply: FastifyReply) {
  const methods = paths.methodsOf(pathOf(request));
  if (methods.length === 0) return sendRefusal(request, reply, refuse('NOT_FOUND'));
  reply.header('allow', methods.join(', '));
  return sendRefusal(request, reply, refuse('METHOD_NOT_ALLOWED', { method: request.method }));
}

export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
