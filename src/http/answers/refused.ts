import type { Refusal } from '../../core/refusal.ts';

/** Carries a refusal through places of the framework that only take errors. Routes return refusals, they do not throw. */
export class Refused extends Error {
  override name = 'Refused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.refused);
    this.refusal = refusal;
  }
}
