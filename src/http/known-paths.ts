import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { refuse } from '../core/refusal.ts';
import { sendRefusal } from './refusals.ts';

const METHODS: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * A second index of the routes, asked only when the first found none: fastify answers 404 where the path exists with
 * another method, HTTP wants 405 with the methods it takes. Wildcards are left out, for they know every path.
 */
export class KnownPaths {
  readonly #router = findMyWay({ maxParamLength: 500 });

  add(route: Pick<RouteOptions, 'method' | 'url'>): void {
    if (route.url.includes('*')) return;
    for (const method of [route.method].flat()) {
      const known = METHODS.find((each) => each === method);
      if (known && !this.#router.hasRoute(known, route.url)) this.#router.on(known, route.url, () => {});
    }
  }

  /** The methods a path takes; none when there is no such path. */
  methodsOf(path: string): string[] {
    return METHODS.filter((method) => this.#router.find(method, path) !== null);
  }
}

/** 405 with `Allow` for a path that takes other methods, else 404. */
export function answerNotFound(paths: KnownPaths, request: FastifyRequest, reply: FastifyReply) {
  const path = request.url.split('?', 1)[0] ?? '/';
  const methods = paths.methodsOf(path);
  if (methods.length === 0) return sendRefusal(request, reply, refuse('NOT_FOUND'));
  reply.header('allow', methods.join(', '));
  return sendRefusal(request, reply, refuse('METHOD_NOT_ALLOWED', { method: request.method }));
}
