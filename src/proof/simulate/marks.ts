// Situations that a run over many seeds must have met, or it proves less than it seems to.

const REFUSALS = [
  'SALE_NOT_OPEN',
  'SEATS_UNKNOWN',
  'SEAT_OF_OTHER_EVENT',
  'SEATS_TAKEN',
  'SEATS_NOT_FREE',
  'SEAT_LIMIT_REACHED',
  'TOO_MANY_SEATS',
  'HOLD_CHURN',
  'NO_ADJACENT_SEATS',
  'RESERVATION_NOT_FOUND',
  'RESERVATION_NOT_ACTIVE',
  'RESERVATION_EXPIRED',
  'SEAT_NOT_RESERVED',
  'SEAT_NOT_YOURS',
  'BOOKING_NOT_FOUND',
  'BOOKING_NOT_PENDING',
  'BOOKING_NOT_CANCELLABLE',
  'PAYMENT_DEADLINE_PASSED',
  'PAYMENT_IN_PROGRESS',
  'PAYMENT_FAILED',
  'PAYMENT_UNKNOWN',
  'IDEMPOTENCY_MISMATCH',
  'IDEMPOTENCY_IN_FLIGHT',
  'EVENT_NOT_FOUND',
  'EVENT_MOVE_ILLEGAL',
  'SEAT_NUMBER_TAKEN',
  'ADMISSION_REQUIRED',
  'ADMISSION_INVALID',
  'ADMISSION_USED',
  'ROOM_MOVE_ILLEGAL',
] as const;

/** It takes a thousand seeds to come upon the first; the second needs a payment that comes late. */
const REFUSALS_OF_ONE_PROCESS = ['EXTENSION_LIMIT', 'SEATS_LOST'] as const;

const SITUATIONS = [
  'seat sold',
  'seat sold again after a refund',
  'hold lapsed',
  'payment deadline freed a seat',
  'late payment voided',
  'double click',
  'stored answer replayed',
  'definite failure',
  'indefinite failure',
  'unknown commit was applied',
  'unknown commit was lost',
  'crash',
  'crash with a commit under way',
  'crash: commit under way reached the disk',
  'hung on a silent ledger',
  'start failed',
  'event seen by two decisions in one commit',
  'provider charged and answered an error',
  'capture declined',
  'unknown payment came to its end',
  'forged sale refused by the ledger',
  'request completed',
  'request failed',
  'request cancelled',
  'request claimed again',
  'request served before its cancellation',
  'lane served because it had waited',
  'poisonous request given up',
  'place drawn',
  'entered from the waiting room',
  'seat held behind the gate',
  'somebody called did not come',
  'session ended unused',
  'seats went to the line',
  'offer accepted',
  'offer lapsed',
  'part of the money went back',
  'notice taken',
  'notice came again',
  'notice before the answer',
  'notice ended the doubt',
  'forged notice refused',
] as const;

/** Met only where one process keeps claims in its memory, or too seldom on nodes. */
const SITUATIONS_OF_ONE_PROCESS = [
  'clock set back at a start',
  'provider silent',
  'late payment claimed its seat anew',
  'claims reloaded after a failed commit',
  'memory equal to the replayed log',
] as const;

/** Met only on nodes that share a Redis. */
const SITUATIONS_OF_NODES = [
  'failover of the seats',
  'hold lost with the seats',
  'nodes agree with the ledger',
  'a node was refused what another had written',
  'node frozen',
  'node cut off',
] as const;

export type Situation =
  | (typeof SITUATIONS)[number]
  | (typeof SITUATIONS_OF_ONE_PROCESS)[number]
  | (typeof SITUATIONS_OF_NODES)[number]
  // Too rare to be asked for.
  | 'request lost its effect with the seats'
  | 'offer lost with the seats';

/** How often each situation and each refusal was met. */
export class Marks {
  readonly counts = new Map<string, number>();

  met(situation: Situation): void {
    this.#add(situation);
  }

  refused(code: string): void {
    this.#add(`refused ${code}`);
  }

  addAll(other: Marks): void {
    for (const [mark, count] of other.counts) this.#add(mark, count);
  }

  /** What nobody met. */
  missing({ nodes = 0 }: { nodes?: number } = {}): string[] {
    const codes = nodes === 0 ? [...REFUSALS, ...REFUSALS_OF_ONE_PROCESS] : REFUSALS;
    const situations = [...SITUATIONS, ...(nodes === 0 ? SITUATIONS_OF_ONE_PROCESS : SITUATIONS_OF_NODES)];
    const expected = [...situations, ...codes.map((code) => `refused ${code}`)];
    return expected.filter((mark) => !this.counts.has(mark));
  }

  #add(mark: string, count = 1): void {
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + count);
  }
}
