/** Situations that a run over many seeds must have met, or it proves less than it seems to. */
export const REFUSALS_TO_MEET = [
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
  'EXTENSION_LIMIT',
  'SEAT_NOT_RESERVED',
  'SEAT_NOT_YOURS',
  'BOOKING_NOT_FOUND',
  'BOOKING_NOT_PENDING',
  'BOOKING_NOT_CANCELLABLE',
  'PAYMENT_DEADLINE_PASSED',
  'PAYMENT_IN_PROGRESS',
  'PAYMENT_FAILED',
  'PAYMENT_UNKNOWN',
  'SEATS_LOST',
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

export const SITUATIONS_TO_MEET = [
  'seat sold',
  'seat sold again after a refund',
  'hold lapsed',
  'payment deadline freed a seat',
  'late payment claimed its seat anew',
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
  'clock set back at a start',
  'claims reloaded after a failed commit',
  'event seen by two decisions in one commit',
  'provider silent',
  'provider charged and answered an error',
  'capture declined',
  'unknown payment came to its end',
  'forged sale refused by the ledger',
  'memory equal to the replayed log',
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
] as const;

/** Beside them, on nodes that share a Redis; what only one process has is left out there. */
export const NODE_SITUATIONS_TO_MEET = [
  'failover of the seats',
  'hold lost with the seats',
  'nodes agree with the ledger',
  'a node was refused what another had written',
] as const;

/** Met only where one process keeps claims, queue and waiting room in its memory. */
const OF_ONE_PROCESS: ReadonlySet<string> = new Set<(typeof SITUATIONS_TO_MEET)[number]>([
  'clock set back at a start',
  'claims reloaded after a failed commit',
  'memory equal to the replayed log',
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
]);

/** Of waiting rooms, which nodes do not have here; and what takes a thousand seeds to come upon. */
const NOT_ON_NODES: ReadonlySet<string> = new Set<(typeof REFUSALS_TO_MEET)[number]>([
  'ADMISSION_REQUIRED',
  'ADMISSION_INVALID',
  'ADMISSION_USED',
  'ROOM_MOVE_ILLEGAL',
  'SEATS_LOST',
]);

export type Situation = (typeof SITUATIONS_TO_MEET)[number] | (typeof NODE_SITUATIONS_TO_MEET)[number];

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
    const codes = REFUSALS_TO_MEET.filter((code) => nodes === 0 || !NOT_ON_NODES.has(code));
    const situations =
      nodes === 0
        ? SITUATIONS_TO_MEET
        : [...SITUATIONS_TO_MEET.filter((each) => !OF_ONE_PROCESS.has(each)), ...NODE_SITUATIONS_TO_MEET];
    const expected = [...situations, ...codes.map((code) => `refused ${code}`)];
    return expected.filter((mark) => !this.counts.has(mark));
  }

  #add(mark: string, count = 1): void {
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + count);
  }
}
