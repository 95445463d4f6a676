import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import type { RequestSpan, Traces } from '../telemetry/traces.ts';
import { callerIn } from './trace-id.ts';

/** What a route has more where traces are kept: its span begins first of all, and its handler runs inside of it. */
export function tracingHooks(traces: Traces, { method, url }: Pick<RouteOptions, 'method' | 'url'>) {
  const name = `${[method].flat().join(' ')} ${url}`;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  return {
    begin(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
      const span = traces.request({
        traceId: request.id,
        parent: callerIn(request.headers),
        name,
        facts: { 'http.request.method': request.method, 'http.route': url },
      });
      spans.set(request, span);
      const { raw } = reply;
      raw.once('close', () => {
        const isStream = String(raw.getHeader('content-type')).startsWith('text/event-stream');
        span.end(raw.statusCode, isStream ? 'stream' : 'answer');
      });
      done();
    },
    /** After the body was read: its bytes come as events of the socket, which know nothing of the request. */
    enter(request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void {
      const span = spans.get(request);
      if (span) span.within(done);
      else done();
    },
  };
}
