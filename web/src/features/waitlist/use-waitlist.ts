import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { reservationsKey } from '../../lib/api/reservations.ts';
import {
  answerWaitlist,
  isLive,
  joinWaitlist,
  useWaitlistPlace,
  type WaitlistView,
  waitlistKey,
} from '../../lib/api/waitlist.ts';
import { useIdentity } from '../../lib/identity.ts';
import { openPlaceStream } from './place-stream.ts';
import { waitingMark } from './waiting-mark.ts';

interface WaitlistWish {
  readonly eventId: number;
  /** Whether there may be a line: it is not asked after otherwise, unless this browser has joined it. */
  readonly isSoldOut: boolean;
  /** After each answer to the buyer's own asking. */
  readonly onAnswer: () => void;
}

/** The buyer's place in the line for seats that come back, live, and what he can do about it. */
export function useWaitlist({ eventId, isSoldOut, onAnswer }: WaitlistWish) {
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const mark = waitingMark(eventId, userId);
  const found = useWaitlistPlace(eventId, { enabled: isSoldOut || mark.isSet() });
  const place = found.data;
  const know = (next: WaitlistView) => queries.setQueryData(waitlistKey(userId, eventId), next);
  useNews(eventId, userId, place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stream is of one person's place at one event.
  useEffect(
    () => (isLive(place) ? openPlaceStream(eventId, userId, know) : undefined),
    [eventId, userId, isLive(place)],
  );
  const settled = { onSuccess: know, onSettled: onAnswer };
  const join = useMutation({ mutationFn: (size: number) => joinWaitlist(eventId, size), ...settled });
  const answer = useMutation({
    mutationFn: (given: 'accept' | 'decline' | 'leave') => answerWaitlist(eventId, given),
    ...settled,
    onError: () => found.refetch(),
  });
  return {
    place,
    join,
    answer,
    isBusy: join.isPending || answer.isPending,
    error: join.error ?? answer.error,
  };
}

/** What a change of the place means for the rest of the page. */
function useNews(eventId: number, userId: string, place: WaitlistView | null | undefined): void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const status = place?.status;
  const count = place?.party_size ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words for the same news are no news.
  useEffect(() => {
    if (status === undefined) return;
    const mark = waitingMark(eventId, userId);
    if (isLive(place)) mark.set();
    else mark.remove();
    if (status === 'OFFERED') announce(t('waitlist.offered', { count }));
    if (status === 'ACCEPTED' || status === 'PROMOTED') announce(t('waitlist.accepted'));
    if (status !== 'WAITING') void queries.invalidateQueries({ queryKey: reservationsKey(userId) });
  }, [eventId, userId, status]);
}
