import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { isLive, type WaitlistView } from '../../lib/api/waitlist.ts';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { NumberStepper } from '../../ui/number-stepper.tsx';
import { useWaitlist } from './use-waitlist.ts';
import { WaitlistOffer } from './waitlist-offer.tsx';

interface WaitlistPanelProps {
  readonly eventId: number;
  readonly isSoldOut: boolean;
  /** Whether the buyer has seats already: the line is then not offered to him. */
  readonly holdsSome: boolean;
  readonly partySize: number;
  readonly most: number;
  readonly onPartySize: (size: number) => void;
  readonly onAnswer: () => void;
}

/** When nothing is left: the line for what comes back. Who waits in it sees his place, and the offer when it comes. */
export function WaitlistPanel({ holdsSome, partySize, most, onPartySize, ...wish }: WaitlistPanelProps) {
  const { t } = useTranslation();
  const id = useId();
  const { place, join, answer, isBusy, error } = useWaitlist(wish);
  const mayJoin = wish.isSoldOut && !holdsSome && place !== undefined;
  if (!isLive(place) && !mayJoin) return null;

  function submit(event: FormEvent): void {
    event.preventDefault();
    join.mutate(partySize);
  }

  return (
    <section
      aria-labelledby={id}
      data-waitlist={place?.status ?? 'NONE'}
      className="grid gap-4 rounded-2xl border border-line bg-raised p-5"
    >
      <h2 id={id} className="font-bold text-lg">
        {t('waitlist.title')}
      </h2>
      {place?.status === 'OFFERED' && (
        <WaitlistOffer place={place} isBusy={isBusy} onAnswer={answer.mutate} />
      )}
      {place?.status === 'WAITING' && (
        <Waiting place={place} isBusy={isBusy} onLeave={() => answer.mutate('leave')} />
      )}
      {!isLive(place) && (
        <form onSubmit={submit} className="grid gap-4">
          {place && <HowItEnded status={place.status} reason={place.reason} />}
          <p>{t('waitlist.explain')}</p>
          <NumberStepper
            label={t('waitlist.size')}
            value={partySize}
            least={1}
            most={most}
            fewer={t('party.fewer')}
            more={t('party.more')}
            onChange={onPartySize}
          />
          <Button type="submit" data-step="join-waitlist" disabled={isBusy}>
            {isBusy ? t('waitlist.joining') : t('waitlist.join')}
          </Button>
        </form>
      )}
      <ErrorNotice error={error} />
    </section>
  );
}

interface WaitingProps {
  readonly place: WaitlistView;
  readonly isBusy: boolean;
  readonly onLeave: () => void;
}

function Waiting({ place, isBusy, onLeave }: WaitingProps) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <p role="status">{t('waitlist.waiting', { count: place.party_size })}</p>
      {place.position !== null && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4">
          <dt className="text-ink-muted">{t('waitlist.position')}</dt>
          <dd className="font-semibold tabular-nums">{formatCount(place.position, i18n.language)}</dd>
        </dl>
      )}
      <p className="text-ink-muted text-sm">{t('waitlist.keeps')}</p>
      <Button kind="secondary" data-step="leave-waitlist" disabled={isBusy} onClick={onLeave}>
        {t('waitlist.leave')}
      </Button>
    </>
  );
}

function HowItEnded({ status, reason }: Pick<WaitlistView, 'status' | 'reason'>) {
  const { t } = useTranslation();
  if (reason === 'ADMISSION_INVALID')
    return <Notice tone="notice" role="status" title={t('waitlist.over.REVOKED')} />;
  if (status === 'DECLINED' || status === 'LAPSED' || status === 'LEFT' || status === 'REFUSED') {
    return <Notice tone="notice" role="status" title={t(`waitlist.over.${status}`)} />;
  }
  return null;
}
