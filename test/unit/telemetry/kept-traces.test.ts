import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { KeptTraces, STREAM } from '../../../src/telemetry/kept-traces.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const SLOW = 1_000;

function kept({ refuses = false } = {}) {
  const clock = new HandClock();
  const sent: string[] = [];
  const warnings: string[] = [];
  const traces = new KeptTraces({
    clock,
    slowMillis: SLOW,
    warn: (message) => void warnings.push(message),
    exporter: {
      export(spans, done) {
        if (!refuses) sent.push(...spans.map(({ name }) => name));
        done(refuses ? { code: 1, error: new Error('away') } : { code: 0 });
      },
      shutdown: async () => {},
    },
  });
  return { traces, clock, sent, warnings };
}

interface Drawn {
  trace?: string;
  sampled?: 'sampled';
  failed?: 'failed';
  millis?: number;
  parent?: 'local' | 'remote';
  stream?: 'stream';
}

function span(name: string, { trace = 'a', sampled, failed, millis = 1, parent, stream }: Drawn = {}) {
  return {
    name,
    spanContext: () => ({
      traceId: trace,
      spanId: name,
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    }),
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    duration: [Math.floor(millis / 1_000), (millis % 1_000) * 1_000_000],
    attributes: stream ? { [STREAM]: true } : {},
    ...(parent && {
      parentSpanContext: { traceId: trace, spanId: 'p', traceFlags: 0, isRemote: parent === 'remote' },
    }),
  } as unknown as ReadableSpan;
}

it('what was chosen is sent within a second', () => {
  const { traces, clock, sent } = kept();
  traces.onEnd(span('request', { sampled: 'sampled' }));
  expect(sent).toEqual([]);
  clock.advance(1_000);
  expect(sent).toEqual(['request']);
});

it('what was not chosen is not sent', () => {
  const { traces, clock, sent } = kept();
  traces.onEnd(span('step', { parent: 'local' }));
  traces.onEnd(span('request'));
  clock.advance(60_000);
  expect(sent).toEqual([]);
});

it.each([
  ['failed', { failed: 'failed' as const }],
  ['took long', { millis: SLOW }],
  ['took long at the other end of a call', { millis: SLOW, parent: 'remote' as const }],
])('a trace in which a request %s is sent whole, with what comes after it', async (_, how) => {
  const { traces, sent } = kept();
  traces.onEnd(span('before', { parent: 'local' }));
  traces.onEnd(span('of another', { trace: 'b', parent: 'local' }));
  traces.onEnd(span('request', how));
  traces.onEnd(span('after', { parent: 'local' }));
  await traces.forceFlush();
  expect(sent).toEqual(['before', 'request', 'after']);
});

it.each([
  ['a step that takes long is none of a slow request', { millis: SLOW, parent: 'local' as const }],
  ['a stream is not slow, however long it is watched', { millis: 3_600_000, stream: 'stream' as const }],
])('%s', async (_, how) => {
  const { traces, sent } = kept();
  traces.onEnd(span('long', how));
  await traces.forceFlush();
  expect(sent).toEqual([]);
});

it('a trace is given up when nothing remarkable came for half a minute', async () => {
  const { traces, clock, sent } = kept();
  traces.onEnd(span('before', { parent: 'local' }));
  clock.advance(32_000);
  traces.onEnd(span('request', { failed: 'failed' }));
  await traces.forceFlush();
  expect(sent).toEqual(['request']);
});

it('of too many traces the oldest is forgotten', async () => {
  const { traces, sent } = kept();
  for (let index = 0; index <= 2_000; index++)
    traces.onEnd(span('early', { trace: `${index}`, parent: 'local' }));
  traces.onEnd(span('first', { trace: '0', failed: 'failed' }));
  traces.onEnd(span('last', { trace: '2000', failed: 'failed' }));
  await traces.forceFlush();
  expect(sent).toEqual(['first', 'early', 'last']);
});

it('a collector that is away is warned of, and costs no more than what it was to get', () => {
  const { traces, clock, warnings } = kept({ refuses: true });
  traces.onEnd(span('request', { sampled: 'sampled' }));
  clock.advance(1_000);
  expect(warnings).toEqual(['the collector took no spans: away']);
  clock.advance(5_000);
  expect(warnings).toHaveLength(1);
});
