/** An attempt as we call it. */
export interface OurAttempt {
  attemptId: string;
  orderId: number;
}

/**
 * What a provider calls our attempts. A reference is kept before the provider is asked to move money under it, so that
 * a charge is always found by a name that is known for certain, never by a search that lags behind.
 */
export interface ProviderReferences {
  /** Durable when it resolves. An attempt's first reference stays: the result is the one that stands. */
  keep(provider: string, attempt: OurAttempt, reference: string): Promise<string>;
  /** The provider's name of an attempt. */
  referenceOf(provider: string, attemptId: string): Promise<string | undefined>;
  /** The latest attempt of this name. */
  attemptOf(provider: string, reference: string): Promise<OurAttempt | undefined>;
}
