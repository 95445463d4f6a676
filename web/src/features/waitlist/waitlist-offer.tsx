import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { type WaitlistView, waitlistKey } from '../../lib/api/waitlist.ts';
import { parseServerTime } from '../../lib/server-clock.ts';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';

interface WaitlistOfferProps {
  readonly place: WaitlistView;
  readonly isBusy: boolean;
  readonly onAnswer: (answer: 'accept' | 'decline') => void;
}

/** Seats that came back, kept for a while: taken, they are held like any others. */
export function WaitlistOffer({ place, isBusy, onAnswer }: WaitlistOfferProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const answerBy = place.offer?.answer_by;
  return (
    <>
      <p role="alert" className="font-semibold">
        {t('waitlist.offered', { count: place.offer?.seat_ids.length ?? place.party_size })}
      </p>
      <p>{t('waitlist.offerExplain')}</p>
      {answerBy && (
        <Countdown
          key={answerBy}
          endsAt={parseServerTime(answerBy)}
          label={t('waitlist.timeLeft')}
          onMinuteLeft={() => announce(t('waitlist.minuteLeft'))}
          onEnd={() =>
            void queries.invalidateQueries({ queryKey: waitlistKey(place.user_id, place.event_id) })
          }
        />
      )}
      <Button data-step="accept-offer" disabled={isBusy} onClick={() => onAnswer('accept')}>
        {t('waitlist.accept')}
      </Button>
      <Button
        kind="secondary"
        data-step="decline-offer"
        disabled={isBusy}
        onClick={() => onAnswer('decline')}
      >
        {t('waitlist.decline')}
      </Button>
    </>
  );
}
