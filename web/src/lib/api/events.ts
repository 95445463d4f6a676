import { useQuery } from '@tanstack/react-query';
import type { EventDetail, EventPage, EventView } from '../../../../src/contract/event.ts';
import { call } from './call.ts';

const LIST_REFRESH_MS = 10_000;
const DETAIL_REFRESH_MS = 15_000;
const PAGE_SIZE = 20;

export type { EventDetail, EventPage, EventView };

export function useEvents(page: number) {
  return useQuery({
    queryKey: ['events', page],
    queryFn: ({ signal }) =>
      call<EventPage>(`/api/v1/events?page=${page}&page_size=${PAGE_SIZE}`, { signal }),
    refetchInterval: LIST_REFRESH_MS,
    placeholderData: (previous) => previous,
  });
}

export function eventKey(eventId: number) {
  return ['event', eventId] as const;
}

export function useEvent(eventId: number) {
  return useQuery({
    queryKey: eventKey(eventId),
    queryFn: ({ signal }) => call<EventDetail>(`/api/v1/events/${eventId}`, { signal }),
    refetchInterval: DETAIL_REFRESH_MS,
  });
}
