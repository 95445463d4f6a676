import { useQuery } from '@tanstack/react-query';
import type { TicketView } from '../../../../src/contract/ticket.ts';
import { useIdentity } from '../identity.ts';
import { call } from './call.ts';

const REFRESH_MS = 20_000;

export type { TicketView };

/** Everything that shows tickets begins with this, so that one change renews them all. */
export function ticketsKey(userId: string) {
  return ['tickets', userId] as const;
}

/** The buyer's own tickets of a booking, by seat. */
export function useTicketsOf(bookingId: number) {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: [...ticketsKey(userId), bookingId],
    queryFn: ({ signal }) => call<TicketView[]>(`/api/v1/tickets?booking_id=${bookingId}`, { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** Everything that the buyer holds or held, latest booking first. */
export function useTickets() {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: ticketsKey(userId),
    queryFn: ({ signal }) => call<TicketView[]>('/api/v1/tickets', { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** The QR code of a ticket, as the text of an SVG. */
export function useTicketCode(ticketId: string) {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: ['ticket-code', userId, ticketId],
    queryFn: ({ signal }) =>
      call<string>(`/api/v1/tickets/${ticketId}/qr.svg`, { signal, read: (response) => response.text() }),
    gcTime: 0,
  });
}

export function transferTicket(ticketId: string, toUserId: string): Promise<TicketView> {
  return call(`/api/v1/tickets/${ticketId}/transfer`, {
    method: 'POST',
    action: `pass ${ticketId} on to ${toUserId}`,
    body: { to_user_id: toUserId },
  });
}

/** A PDF or a calendar file; a plain link could not say who asks. */
export function fetchTicketFile(path: string): Promise<Blob> {
  return call<Blob>(path, { read: (response) => response.blob() });
}
