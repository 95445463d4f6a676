import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config.ts';
import { isRefusal } from '../core/refusal.ts';
import { KeptTraces, STREAM } from './kept-traces.ts';
import { everythingRecorded } from './trace-sampler.ts';
import type { ArrivedRequest, RequestSpan, Traces, TracesNeeds } from './traces.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SENT_WITHIN_MILLIS = 5_000;

/** Traces in the words of OpenTelemetry. Loaded only where they have somewhere to go. */
export function otlpTraces(
  { url, headers, serviceName, sampler, slowMillis }: NonNullable<Config['traces']>,
  { clock, version, warn }: TracesNeeds,
): Traces {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: SENT_WITHIN_MILLIS });
  const ids = namedTraces();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: everythingRecorded(sampler),
    idGenerator: ids,
    spanProcessors: [new KeptTraces({ exporter, clock, slowMillis, warn })],
  });
  const tracer = provider.getTracer('onrush', version);
  const contexts = new AsyncLocalStorageContextManager();

  const run = <R>(span: Span, parent: Context, task: () => Promise<R>): Promise<R> =>
    contexts.with(trace.setSpan(parent, span), () => told(span, task));

  return {
    here() {
      const span = trace.getSpanContext(contexts.active());
      return span && traceparentOf(span);
    },
    step(name, task, facts = {}) {
      const present = contexts.active();
      if (!trace.getSpanContext(present)) return task();
      return run(tracer.startSpan(name, { attributes: { ...facts } }, present), present, task);
    },
    continued(from, name, task, facts = {}) {
      const parent = remoteContext(from);
      const options = { attributes: { ...facts }, kind: SpanKind.CONSUMER };
      return run(tracer.startSpan(name, options, parent), parent, task);
    },
    forAll(places, name, task, facts = {}) {
      const links = places.flatMap((place) => {
        const context = spanContextOf(place);
        return context ? [{ context }] : [];
      });
      const span = tracer.startSpan(name, { attributes: { ...facts }, links, root: true }, ROOT_CONTEXT);
      return run(span, ROOT_CONTEXT, task);
    },
    request({ traceId, parent, name, facts }: ArrivedRequest): RequestSpan {
      ids.next = traceId;
      const from = remoteContext(parent);
      const options = { attributes: { ...facts }, kind: SpanKind.SERVER };
      const span = tracer.startSpan(name, options, from);
      ids.next = undefined;
      return {
        within: (begin) => contexts.with(trace.setSpan(from, span), begin),
        end(status, kind) {
          span.setAttribute('http.response.status_code', status);
          if (kind === 'stream') span.setAttribute(STREAM, true);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

/** A refusal is an answer; what is thrown is an error. */
async function told<R>(span: Span, task: () => Promise<R>): Promise<R> {
  try {
    const result = await task();
    if (isRefusal(result)) span.setAttribute('onrush.refused', result.refused);
    return result;
  } catch (error) {
    const { name, message } = error as Error;
    span.setStatus({ code: SpanStatusCode.ERROR, message: `${name}: ${message}` });
    throw error;
  } finally {
    span.end();
  }
}

/** A request without a caller's span has its trace id already: the one in its headers. */
function namedTraces(): IdGenerator & { next: string | undefined } {
  const drawn = new RandomIdGenerator();
  return {
    next: undefined,
    generateTraceId() {
      return this.next ?? drawn.generateTraceId();
    },
    generateSpanId: () => drawn.generateSpanId(),
  };
}

function remoteContext(traceparent: string | undefined): Context {
  const context = traceparent === undefined ? undefined : spanContextOf(traceparent);
  return context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags = '00'] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}
