import type { Claimant } from '../../core/claimant.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { afterEffect } from '../../core/unavailable.ts';
import { illegal } from './lifecycle.ts';
import type { ConcertsNeeds } from './needs.ts';
import type { ReservationFacts } from './ports/reservations.ts';

export interface Ended {
  facts: ReservationFacts;
  /** Who was let in for the seat that is free now. */
  activated: string[];
}

/** Gives a hold back, or refunds what was paid; then the next in line is let in, whom the free seat awaits. */
export async function endReservation(
  { reservations, lines }: Pick<ConcertsNeeds, 'reservations' | 'lines'>,
  holdId: number,
  owner: Claimant,
): Promise<Ended | Refusal> {
  const found = await reservations.reservation(holdId, owner.userId);
  if (isRefusal(found)) return found;
  // A refund that a provider did not answer to is asked for again.
  const isUnderWay = found.order?.state === 'REFUNDING';
  const refusal = isUnderWay ? undefined : illegal('cancel', found);
  if (refusal) return refusal;
  const ended = found.order
    ? await reservations.refund(found, owner)
    : await reservations.release(found, owner);
  if (isRefusal(ended)) return ended;
  return { facts: ended, activated: await afterEffect(() => lines.letInFor(found.eventId)) };
}
