import { useTranslation } from 'react-i18next';
import type { SeatLine } from '../../lib/seat-line.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';

export interface LostRace {
  /** What happened, in the buyer's language. */
  readonly message: string;
  readonly offer: SeatOfferLines | undefined;
}

export interface SeatOfferLines {
  readonly lines: readonly SeatLine[];
  readonly adjacent: boolean;
  /** The labels of seats that do lie together, when not all do. */
  readonly groups: readonly (readonly string[])[];
}

interface RaceNoticeProps {
  readonly race: LostRace;
  readonly currency: string;
  readonly isBusy: boolean;
  readonly onTake: (lines: readonly SeatLine[]) => void;
  readonly onDismiss: () => void;
}

/** Says at once that somebody was faster, and what could be had instead. */
export function RaceNotice({ race, currency, isBusy, onTake, onDismiss }: RaceNoticeProps) {
  const { t } = useTranslation();
  const { offer } = race;
  return (
    <Notice tone="notice" role="alert" title={race.message}>
      {offer ? (
        <>
          <p>{offerWords(offer)}</p>
          <SeatLines lines={offer.lines} currency={currency} />
          <Button disabled={isBusy} onClick={() => onTake(offer.lines)}>
            {t('race.take')}
          </Button>
        </>
      ) : (
        <p>{t('race.nothing')}</p>
      )}
      <button
        type="button"
        className="min-h-11 cursor-pointer underline underline-offset-4"
        onClick={onDismiss}
      >
        {t('race.dismiss')}
      </button>
    </Notice>
  );

  function offerWords({ adjacent, groups }: SeatOfferLines): string {
    if (adjacent) return t('race.adjacent');
    if (groups.length === 0) return t('race.apart');
    return t('race.groups', { groups: groups.map((labels) => labels.join(', ')).join(' / ') });
  }
}
