import { LARGEST_ERROR_RATE, type RushReport } from './result.ts';

/** What a sell-out is held against, whatever its size. */
export type GoalName = 'oversold' | 'errorRate' | 'requestP95' | 'lasted';

export interface Goal {
  name: GoalName;
  measured: number;
  /** Met when `measured` is not above it, for `oversold`; below it, for the others. */
  limit: number;
  met: boolean;
}

const LARGEST_P95_MILLIS = 300;
const LONGEST_SECONDS = 60;

type Measured = Pick<RushReport, 'proof' | 'errorRate' | 'latencyMillis' | 'lastedSeconds'>;

/** Nothing sold twice, few errors, quick answers to all requests together, and over in a minute. */
export function goalsOf({ proof, errorRate, latencyMillis, lastedSeconds }: Measured): Goal[] {
  const oversold = proof.clients.oversold + proof.server.oversold;
  const below = (name: GoalName, measured: number, limit: number): Goal => {
    return { name, measured, limit, met: measured < limit };
  };
  return [
    { name: 'oversold', measured: oversold, limit: 0, met: oversold === 0 },
    below('errorRate', errorRate, LARGEST_ERROR_RATE),
    below('requestP95', latencyMillis.request.p95, LARGEST_P95_MILLIS),
    below('lasted', lastedSeconds, LONGEST_SECONDS),
  ];
}
