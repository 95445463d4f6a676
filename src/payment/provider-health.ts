/**
 * How well a provider can be paid through. Admission reads it: when payment slows, fewer people are let in, so that
 * nobody stands at a till that does not work while his seats run out of time.
 */
export interface ProviderHealth {
  /** Of the usual pace, how much can be paid for now: 1 as usual, 0 nobody. */
  pace(): number;
  /** Whether the provider is asked (`closed`), spared (`open`), or asked now and then to see (`half_open`). */
  breaker(): 'closed' | 'open' | 'half_open';
}
