import { MINUTE, type Millis, SECOND } from '../core/clock.ts';

/** How people are let into a sale that has a waiting room. */
export interface AdmissionTerms {
  /** The room opens by itself then; null: when the organiser opens it. */
  opensAt: Millis | null;
  ratePerSecond: number;
  /** People let in at once after a lull; null: as many as the rate needs, since timers are no finer than 50 ms. */
  burst: number | null;
  activeMax: number;
  sessionMillis: Millis;
  absentMillis: Millis;
  weights: { high: number; normal: number; low: number };
  queueMax: number;
  whenLost: 'closed' | 'open';
  inventoryAware: boolean;
  /** Names the public beacon of the draw; null: none. */
  beaconSource: string | null;
}

const UNLESS_SAID: AdmissionTerms = {
  opensAt: null,
  ratePerSecond: 10,
  burst: null,
  activeMax: 700,
  sessionMillis: 10 * MINUTE,
  absentMillis: MINUTE,
  weights: { high: 4, normal: 2, low: 1 },
  queueMax: 1_000_000,
  whenLost: 'closed',
  inventoryAware: true,
  beaconSource: null,
};

const FINEST_TIMER: Millis = 50;

/** The terms with what the organiser did not say. */
export function admissionTerms(said: Partial<AdmissionTerms> = {}): AdmissionTerms & { burst: number } {
  const terms = { ...UNLESS_SAID, ...said };
  const burst = terms.burst ?? Math.max(1, Math.ceil((terms.ratePerSecond * FINEST_TIMER) / SECOND));
  return { ...terms, burst };
}
