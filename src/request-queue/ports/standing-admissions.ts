import type { Refusal } from '../../core/refusal.ts';
import type { SeatRequest } from '../request.ts';

/** Knows whether the admission under which a request was accepted still stands when its turn has come. */
export interface StandingAdmissions {
  /** Why it does not: revoked. An admission that ran out while its request waited in our queue still stands. */
  refusalOf(
    request: Pick<SeatRequest, 'eventId' | 'userId' | 'admissionId'>,
  ): Refusal | undefined | Promise<Refusal | undefined>;
}
