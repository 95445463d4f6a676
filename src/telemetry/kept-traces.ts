import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';

export interface KeptTracesOptions {
  exporter: SpanExporter;
  clock: Clock;
  /** A request that takes longer is slow. */
  slowMillis: Millis;
  warn(message: string): void;
}

/** Marks a span whose length says nothing: somebody watched. */
export const STREAM = 'onrush.stream';

const SEND_EVERY: Millis = SECOND;
const SENT_AT_ONCE = 512;
const WAITING_MAX = 4_096;
const UNDECIDED_MAX = 2_000;
const SPANS_PER_TRACE_MAX = 200;
/** What comes after the answer, up to the last consumer, comes within this time. */
const DECIDED_WITHIN: Millis = 30 * SECOND;
const CLOSED_WITHIN: Millis = 2 * SECOND;

interface Undecided {
  isKept: boolean;
  spans: ReadableSpan[];
  since: Millis;
}

/**
 * Sends the spans of the traces that were chosen when they began, and of all in which something failed or took long:
 * those that were not chosen wait here until it is known. Everything is bounded; what is too much is dropped, the oldest
 * traces first.
 */
export class KeptTraces implements SpanProcessor {
  readonly #options: KeptTracesOptions;
  /** In the order in which they began. */
  readonly #undecided = new LatestMap<string, Undecided>({ most: UNDECIDED_MAX });
  #waiting: ReadableSpan[] = [];
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #dropped = 0;

  constructor(options: KeptTracesOptions) {
    this.#options = options;
    this.#cancel = options.clock.after(SEND_EVERY, () => this.#tick());
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const { traceId, traceFlags } = span.spanContext();
    if (traceFlags & TraceFlags.SAMPLED) {
      this.#enqueue(span);
      return;
    }
    const trace = this.#traceOf(traceId);
    if (this.#isRemarkable(span)) {
      trace.isKept = true;
      for (const earlier of trace.spans) this.#enqueue(earlier);
      trace.spans = [];
    }
    if (trace.isKept) this.#enqueue(span);
    else if (trace.spans.length < SPANS_PER_TRACE_MAX) trace.spans.push(span);
  }

  async forceFlush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending) await (this.#sending ?? this.#send());
  }

  async shutdown(): Promise<void> {
    const { clock, exporter } = this.#options;
    this.#cancel?.();
    let cancel = () => {};
    const tooLong = new Promise<void>((resolve) => {
      cancel = clock.after(CLOSED_WITHIN, resolve);
    });
    await Promise.race([this.forceFlush().then(() => exporter.shutdown()), tooLong]);
    cancel();
  }

  #isRemarkable(span: ReadableSpan): boolean {
    if (span.status.code === SpanStatusCode.ERROR) return true;
    const isEntry = !span.parentSpanContext || span.parentSpanContext.isRemote === true;
    const [seconds, nanos] = span.duration;
    return (
      isEntry &&
      !(STREAM in span.attributes) &&
      seconds * 1_000 + nanos / 1_000_000 >= this.#options.slowMillis
    );
  }

  #traceOf(traceId: string): Undecided {
    const known = this.#undecided.get(traceId);
    if (known) return known;
    const begun = { isKept: false, spans: [], since: this.#options.clock.now() };
    this.#undecided.set(traceId, begun);
    return begun;
  }

  #enqueue(span: ReadableSpan): void {
    if (this.#waiting.length >= WAITING_MAX) this.#dropped++;
    else this.#waiting.push(span);
    if (this.#waiting.length >= SENT_AT_ONCE) void this.#send();
  }

  #tick(): void {
    const { clock, warn } = this.#options;
    const oldest = clock.now() - DECIDED_WITHIN;
    for (const [traceId, { since }] of this.#undecided) {
      if (since > oldest) break;
      this.#undecided.delete(traceId);
    }
    if (this.#dropped > 0) warn(`${this.#dropped} spans were dropped: the collector does not keep up`);
    this.#dropped = 0;
    void this.#send();
    this.#cancel = clock.after(SEND_EVERY, () => this.#tick());
  }

  /** One batch at a time; a batch that the collector does not take is lost. */
  #send(): Promise<void> {
    if (this.#sending || this.#waiting.length === 0) return this.#sending ?? Promise.resolve();
    const batch = this.#waiting.splice(0, SENT_AT_ONCE);
    this.#sending = new Promise<void>((resolve) => {
      this.#options.exporter.export(batch, ({ error }) => {
        if (error) this.#options.warn(`the collector took no spans: ${error.message}`);
        resolve();
      });
    }).finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length >= SENT_AT_ONCE) void this.#send();
    });
    return this.#sending;
  }
}
