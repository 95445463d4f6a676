import { useQuery } from '@tanstack/react-query';
import type { WaitlistView } from '../../../../src/contract/waitlist.ts';
import { useIdentity } from '../identity.ts';
import { ApiError } from './api-error.ts';
import { call } from './call.ts';

/** In case the stream is silent. */
const REFRESH_MS = 20_000;

export type { WaitlistView };

const pathOf = (eventId: number, step: string) => `/api/v1/events/${eventId}/waitlist/${step}`;

export function waitlistKey(userId: string, eventId: number) {
  return ['waitlist', userId, eventId] as const;
}

/** Waits, or has an offer. */
export function isLive(place: WaitlistView | null | undefined): boolean {
  return place?.status === 'WAITING' || place?.status === 'OFFERED';
}

/** The buyer's latest place in the line for seats that come back; null for who never had one. */
export function useWaitlistPlace(eventId: number, { enabled }: { enabled: boolean }) {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: waitlistKey(userId, eventId),
    queryFn: ({ signal }) => fetchPlace(eventId, signal),
    enabled,
    refetchInterval: ({ state }) => (isLive(state.data) ? REFRESH_MS : false),
  });
}

async function fetchPlace(eventId: number, signal: AbortSignal): Promise<WaitlistView | null> {
  try {
    return await call<WaitlistView>(pathOf(eventId, 'status'), { signal });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_ON_WAITLIST') return null;
    throw error;
  }
}

/** Takes a place, or finds the one there is. */
export function joinWaitlist(eventId: number, partySize: number): Promise<WaitlistView> {
  return call(pathOf(eventId, 'join'), {
    method: 'POST',
    action: `wait ${eventId}: ${partySize}`,
    saleOf: eventId,
    body: { party_size: partySize, user_id: useIdentity.getState().userId },
  });
}

/** Each of them answers the same when it is asked for again. */
export function answerWaitlist(
  eventId: number,
  answer: 'accept' | 'decline' | 'leave',
): Promise<WaitlistView> {
  return call(pathOf(eventId, answer), { method: 'POST', action: `${answer} ${eventId}` });
}
