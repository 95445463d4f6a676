import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { StepFacts, Tracer } from '../core/tracer.ts';

/** What is known of an HTTP request when it arrives. */
export interface ArrivedRequest {
  /** The request's own, 32 hex digits: it stands in headers, errors and logs as well. */
  traceId: string;
  /** The caller's place in the same trace, as W3C's `traceparent`. */
  parent: string | undefined;
  name: string;
  facts: StepFacts;
}

export interface RequestSpan {
  /** What is begun in it belongs to the request. */
  within(run: () => void): void;
  /** A status of 500 or more is an error. A stream is not slow, however long it lasts. */
  end(status: number, kind: 'answer' | 'stream'): void;
}

/** The traces of this process, on their way to a collector. */
export interface Traces extends Tracer {
  request(arrived: ArrivedRequest): RequestSpan;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

export interface TracesNeeds {
  clock: Clock;
  version: string;
  /** Told when spans had to be dropped, with the reason. */
  warn(message: string): void;
}

/** Undefined when no collector is named: nothing of OpenTelemetry is loaded then. */
export async function openTraces(
  { traces }: Pick<Config, 'traces'>,
  needs: TracesNeeds,
): Promise<Traces | undefined> {
  if (!traces) return undefined;
  const { otlpTraces } = await import('./otlp-traces.ts');
  return otlpTraces(traces, needs);
}
