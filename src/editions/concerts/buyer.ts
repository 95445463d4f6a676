import type { FastifyRequest } from 'fastify';
import { OPEN_ADMISSION } from '../../core/admission.ts';
import type { Claimant } from '../../core/claimant.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { commandKey } from '../../http/idempotency.ts';
import { admittedClaimant, claimant } from '../../http/identity/claimant.ts';
import { ORGANISER, requireOrganiserUnlessOpen } from '../../http/identity/organiser.ts';
import type { ConcertsNeeds } from './needs.ts';

type Known = Pick<ConcertsNeeds, 'reservations' | 'admissions'>;

/** A seat's buyer, with the admission to its event; and the event, which the seat names. */
export async function buyerOf(
  request: FastifyRequest,
  { reservations, admissions }: Known,
  seatId: number,
): Promise<{ eventId: number; buyer: Claimant } | Refusal> {
  const eventId = reservations.eventOf(seatId);
  if (isRefusal(eventId)) return eventId;
  const buyer = await admittedClaimant(request, admissions, { eventId });
  return isRefusal(buyer) ? buyer : { eventId, buyer };
}

/** The same for a seat that need not exist: then it has no event that anybody could be admitted to. */
export async function askerOf(
  request: FastifyRequest,
  known: Known,
  seatId: number,
): Promise<{ eventId: number | undefined; buyer: Claimant } | Refusal> {
  if (!isRefusal(known.reservations.eventOf(seatId))) return buyerOf(request, known, seatId);
  const buyer = claimant(request);
  return isRefusal(buyer) ? buyer : { eventId: undefined, buyer };
}

/** Seed 004's clients do not say who they are here: where everybody may be the organiser, the house acts for the owner. */
export async function ownerFor(
  request: FastifyRequest,
  { reservations }: Pick<ConcertsNeeds, 'reservations'>,
  holdId: number,
): Promise<Claimant | Refusal> {
  const isHouse = !request.principal && requireOrganiserUnlessOpen(request) === undefined;
  const sender = isHouse ? undefined : claimant(request);
  if (sender) return sender;
  const userId = await reservations.ownerOf(holdId);
  if (isRefusal(userId)) return userId;
  const key = commandKey(request, ORGANISER);
  return isRefusal(key) ? key : { userId, sessionId: null, admission: OPEN_ADMISSION, key };
}
