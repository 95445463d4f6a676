import { useQuery } from '@tanstack/react-query';
import type { ReservationCreated, ReservationView } from '../../../../src/contract/reservation.ts';
import { useIdentity } from '../identity.ts';
import { call } from './call.ts';

const REFRESH_MS = 20_000;

export type { ReservationCreated, ReservationView };

export function reservationsKey(userId: string) {
  return ['reservations', userId] as const;
}

/** The buyer's active holds on all events, one per seat. */
export function useReservations() {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: reservationsKey(userId),
    queryFn: ({ signal }) => call<ReservationView[]>('/api/v1/reservations', { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** All or none of the seats. */
export function holdSeats(eventId: number, seatIds: readonly number[]): Promise<ReservationCreated> {
  const seats = [...seatIds].sort((a, b) => a - b);
  return call('/api/v1/reservations', {
    method: 'POST',
    action: `hold ${eventId}: ${seats.join()}`,
    saleOf: eventId,
    body: { event_id: eventId, seat_ids: seats, user_id: useIdentity.getState().userId },
  });
}

export interface PartyWish {
  readonly partySize: number;
  readonly section?: string;
}

/** The best seats next to each other, held. Refused with NO_ADJACENT_SEATS and an alternative. */
export function holdBestAvailable(
  eventId: number,
  { partySize, section }: PartyWish,
): Promise<ReservationCreated> {
  return call(`/api/v1/events/${eventId}/best-available`, {
    method: 'POST',
    action: `best ${eventId}: ${partySize} ${section ?? ''}`,
    saleOf: eventId,
    body: {
      party_size: partySize,
      ...(section !== undefined && { section }),
      hold: true,
      user_id: useIdentity.getState().userId,
    },
  });
}

export function extendReservation(
  { reservation_id: reservationId, event_id: eventId }: Pick<ReservationView, 'reservation_id' | 'event_id'>,
  minutes: number,
): Promise<ReservationView> {
  return call(`/api/v1/reservations/${reservationId}/extend`, {
    method: 'POST',
    action: `extend ${reservationId}`,
    saleOf: eventId,
    body: { additional_minutes: minutes },
  });
}

/** Giving back what is already given back is no error. */
export function giveBackReservations(reservationIds: readonly number[]): Promise<unknown> {
  return call('/api/v1/reservations/cancel-batch', {
    method: 'POST',
    action: `give back ${reservationIds.join()}`,
    body: { reservation_ids: reservationIds },
  });
}
