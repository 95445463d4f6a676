import { SECOND } from '../core/clock.ts';
import type { ProviderCalls } from '../payment/ports/provider-calls.ts';
import type { MapTellings } from '../realtime/ports/map-tellings.ts';
import type { Metrics } from './metrics.ts';

/** How long others took: the payment provider, and the way of a change to those who watch. */
export function timeCalls(metrics: Metrics): ProviderCalls & MapTellings {
  return {
    providerAsked: (operation, outcome, took) =>
      metrics.providerSeconds.observe({ operation, outcome }, took / SECOND),
    mapTold: (delay) => metrics.mapDelaySeconds.observe(delay / SECOND),
  };
}
