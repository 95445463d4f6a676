import type { Millis } from '../../core/clock.ts';
import type { PaymentProvider } from './payment-provider.ts';

export type ProviderOperation = Exclude<keyof PaymentProvider, 'name' | 'captures'>;

/** Hears of each request that went to the provider. Must not throw and must not block. */
export interface ProviderCalls {
  /** Called once per try; a declined payment is an answer. */
  providerAsked(operation: ProviderOperation, outcome: 'answered' | 'failed', took: Millis): void;
}
