import { expect } from 'vitest';
import type { Role } from '../../../src/roles.ts';
import { below, type OtlpReceiver } from '../../backends/otlp-receiver.ts';
import { eventually } from '../eventually.ts';
import { bought, type Purchase } from './insistent-buyers.ts';
import type { Parts } from './parts.ts';

/**
 * Buys over the parts for a client that begins the trace, and finds one tree of spans, from the request that pays to the
 * last consumer of its message, each in the process that did it.
 */
export async function expectOneTrace(
  { parts, collector }: { parts: Parts; collector: OtlpReceiver },
  wish: Purchase & { provider: string },
): Promise<void> {
  const [traceId, spanId] = ['ab'.repeat(16), 'cd'.repeat(8)];
  const traced = (role: Role) => parts.at(role).with({ traceparent: `00-${traceId}-${spanId}-01` });
  const { end } = await bought(traced, wish);
  expect(end).toBe('CONFIRMED');

  const spans = () => collector.spans.filter((span) => span.traceId === traceId);
  const tree = () => {
    const paying = spans().find(({ name }) => name.endsWith('confirm-payment'));
    return below(spans(), paying?.spanId ?? '').map(({ name, service }) => `${service}: ${name}`);
  };
  const wanted = [
    'onrush-order: payment authorize',
    'onrush-payment: POST /internal/payments/:step',
    `onrush-payment: ${wish.provider} authorize`,
    'onrush-order: order sells seats',
    `onrush-payment: ${wish.provider} capture`,
    'onrush-ticket: ticket takes order.events',
  ];
  // Each process sends its spans for itself, once a second.
  await eventually(tree, (steps) => wanted.every((step) => steps.includes(step)));
  const orphans = () => {
    const known = new Set([spanId, ...spans().map((span) => span.spanId)]);
    return spans().filter(({ parentSpanId }) => !known.has(parentSpanId));
  };
  await eventually(
    () => orphans().map(({ name }) => name),
    (names) => names.length === 0,
  );
}
