import { Counter, collectDefaultMetrics, Histogram, type Metric, Registry } from 'prom-client';
import { RequestMeters } from './request-meters.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly requests: RequestMeters;
  /** Every refusal and error answered over HTTP, by its code. */
  refusal(code: string): void;
  readonly holds: Counter;
  readonly expiries: Counter;
  readonly sales: Counter;
  /** Commands that one commit of the ledger carried. */
  readonly commitCommands: Histogram;
  readonly commitSeconds: Histogram;
  readonly providerSeconds: Histogram<'operation' | 'outcome'>;
  readonly mapDelaySeconds: Histogram;
  /** Must stay 0: a seat with two owners. */
  readonly oversell: Counter;
  /** Must stay 0; labelled with the invariant's number in docs/safety.md. */
  readonly invariantViolations: Counter<'invariant'>;
}

/**
 * Makes the process's metrics. `runtime` adds Node's own (event loop lag, heap, garbage collection), whose timers tests
 * do not want.
 */
export function createMetrics({ runtime }: { runtime: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (runtime) collectDefaultMetrics({ register: registry });
  const requests = new RequestMeters();
  registry.registerMetric(requests as unknown as Metric);
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const refusals = new Map<string, number>();
  new Counter({
    name: 'refusals_total',
    help: 'Refusals and errors answered over HTTP',
    labelNames: ['code'],
    registers,
    // Counted in a plain map and handed over at the scrape, for a crowd at a sold-out sale is refused most of the time.
    collect() {
      this.reset();
      for (const [code, count] of refusals) this.inc({ code }, count);
    },
  });

  return {
    registry,
    requests,
    refusal: (code) => void refusals.set(code, (refusals.get(code) ?? 0) + 1),
    holds: counter('holds_total', 'Seats held'),
    expiries: counter('hold_expiries_total', 'Seats whose hold ran out'),
    sales: counter('sales_total', 'Seats sold'),
    commitCommands: new Histogram({
      name: 'commit_commands',
      help: 'Commands in one commit of the ledger',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'commit_seconds',
      help: 'Duration of a commit of the ledger',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    providerSeconds: new Histogram({
      name: 'payment_provider_seconds',
      help: 'Duration of one request to the payment provider',
      labelNames: ['operation', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 10],
      registers,
    }),
    mapDelaySeconds: new Histogram({
      name: 'map_delay_seconds',
      help: 'From a change of a seat to its patch being handed to all who watch; at the node that leads the map',
      buckets: [0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    oversell: counter('oversell_total', 'Seats found with two owners; must stay 0'),
    invariantViolations: new Counter({
      name: 'invariant_violations_total',
      help: 'Invariants found broken; must stay 0',
      labelNames: ['invariant'],
      registers,
    }),
  };
}
