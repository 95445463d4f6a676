import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LostRace } from '../../features/checkout/race-notice.tsx';
import { refusedOffer } from '../../features/checkout/refused-offer.ts';
import { type HoldWish, useHold } from '../../features/checkout/use-hold.ts';
import type { Hall } from '../../features/seat-map/hall.ts';
import { seatIndex, seatLabel } from '../../features/seat-map/hall-seat.ts';
import { FREE } from '../../features/seat-map/seat-status.ts';
import { announce } from '../../lib/announce.ts';
import { ApiError } from '../../lib/api/api-error.ts';
import { findOffer } from './find-offer.ts';
import type { useChoice } from './use-choice.ts';

interface PurchaseWish {
  readonly eventId: number;
  readonly hall: Hall | undefined;
  readonly revision: number;
  readonly own: ReadonlySet<number>;
  readonly choice: ReturnType<typeof useChoice>;
}

/**
 * From choice to hold. Losing a race, before asking (the live map says so) or by asking (the server says so), is
 * answered at once with an alternative.
 */
export function usePurchase({ eventId, hall, revision, own, choice }: PurchaseWish) {
  const { t } = useTranslation();
  const [race, setRace] = useState<LostRace>();
  const [answers, setAnswers] = useState(0);
  const hold = useHold(eventId);
  const { seatIds, replace } = choice;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the hall changes in place; its revision says when.
  useEffect(() => {
    // While our own hold is under way, a chosen seat may well be held: by us.
    if (!hall || hold.isPending) return;
    const lost = seatIds.filter((id) => !own.has(id) && !isFree(hall, id));
    if (lost.length === 0) return;
    replace(seatIds.filter((id) => !lost.includes(id)));
    const labels = lost.map((id) => labelOf(hall, id)).join(', ');
    lose({ message: t('race.lost', { count: lost.length, labels }), offer: findOffer(hall, seatIds, lost) });
  }, [revision, hall, own, hold.isPending]);

  function lose(next: LostRace): void {
    setRace(next);
    const found = next.offer?.lines.map(({ label }) => label).join(', ');
    announce(
      found
        ? `${next.message} ${t('race.found', { labels: found })}`
        : `${next.message} ${t('race.nothing')}`,
    );
  }

  function take(wish: HoldWish): void {
    setRace(undefined);
    hold.mutate(wish, {
      onSettled: () => setAnswers((count) => count + 1),
      onSuccess: ({ reservations }) => {
        const labels = reservations.flatMap(({ seats }) => seats.map((seat) => seat.seat_number));
        replace([]);
        announce(t('hold.held', { count: labels.length, labels: labels.join(', ') }));
      },
      onError: (error) => {
        if (error instanceof ApiError) answerRefusal(error, wish);
      },
    });
  }

  function answerRefusal(error: ApiError, wish: HoldWish): void {
    if (error.code === 'NO_ADJACENT_SEATS') {
      lose({ message: error.message, offer: refusedOffer(error) });
    } else if (error.code === 'SEATS_TAKEN' && 'seatIds' in wish && hall) {
      replace([]);
      lose({ message: error.message, offer: findOffer(hall, wish.seatIds, wish.seatIds) });
    }
  }

  const isAnswered =
    hold.error instanceof ApiError && ['NO_ADJACENT_SEATS', 'SEATS_TAKEN'].includes(hold.error.code);
  return {
    race,
    dismissRace: () => setRace(undefined),
    take,
    isBusy: hold.isPending,
    /** How often the buyer has asked for a hold and been answered. */
    answers,
    /** What went wrong otherwise; a lost race is told by `race`. */
    error: isAnswered ? null : hold.error,
  };
}

function isFree(hall: Hall, id: number): boolean {
  const seat = seatIndex(hall, id);
  return seat !== undefined && hall.status[seat] === FREE;
}

function labelOf(hall: Hall, id: number): string {
  const seat = seatIndex(hall, id);
  return seat === undefined ? String(id) : seatLabel(hall, seat);
}
