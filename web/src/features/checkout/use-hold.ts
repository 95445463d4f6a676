import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  holdBestAvailable,
  holdSeats,
  type PartyWish,
  type ReservationCreated,
  type ReservationView,
  reservationsKey,
} from '../../lib/api/reservations.ts';
import { useIdentity } from '../../lib/identity.ts';

export type HoldWish = { readonly seatIds: readonly number[] } | PartyWish;

/** Holds certain seats, or the best for a party. The seats are the buyer's own on the page from the answer on. */
export function useHold(eventId: number) {
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  return useMutation({
    mutationFn: (wish: HoldWish) =>
      'seatIds' in wish ? holdSeats(eventId, wish.seatIds) : holdBestAvailable(eventId, wish),
    onSuccess: async (created: ReservationCreated) => {
      const key = reservationsKey(userId);
      // A list that was asked for before the hold must not overwrite what the hold answered.
      await queries.cancelQueries({ queryKey: key });
      queries.setQueryData<ReservationView[]>(key, (known = []) => {
        const fresh = new Set(created.reservations.map(({ reservation_id }) => reservation_id));
        return [...created.reservations, ...known.filter(({ reservation_id }) => !fresh.has(reservation_id))];
      });
    },
  });
}
