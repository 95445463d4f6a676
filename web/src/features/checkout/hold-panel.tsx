import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { formatTime } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RemoveButton } from '../../ui/remove-button.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';
import { BookForm } from './book-form.tsx';
import type { Holding } from './use-belongings.ts';
import { useHoldingActions } from './use-holding-actions.ts';

interface HoldPanelProps {
  readonly eventId: number;
  readonly currency: string;
  readonly holding: Holding;
  readonly onEnd: () => void;
}

/** Held seats, the time left, and the way on: what is held is what is bought. */
export function HoldPanel({ eventId, currency, holding, onEnd }: HoldPanelProps) {
  const { t, i18n } = useTranslation();
  const { extend, giveBack, book, refresh } = useHoldingActions(eventId, holding);
  const isBusy = extend.isPending || giveBack.isPending || book.isPending;
  const reservationOf = (seatId: number) =>
    holding.reservations.filter(({ seats }) => seats.some((seat) => seat.seat_id === seatId));
  const idsOf = (reservations: Holding['reservations']) =>
    reservations.map(({ reservation_id }) => reservation_id);

  function end(): void {
    announce(t('hold.ended'));
    onEnd();
    void refresh();
  }

  return (
    <section
      aria-labelledby="hold-title"
      className="grid gap-4 rounded-2xl border-2 border-hall-own bg-raised p-5"
    >
      <div>
        <h2 id="hold-title" className="font-bold text-lg">
          {t('hold.title')}
        </h2>
        <p className="text-ink-muted text-sm">
          {t('hold.until', { time: formatTime(holding.endsAt, i18n.language) })}
        </p>
      </div>
      <Countdown
        key={holding.endsAt}
        endsAt={holding.endsAt}
        label={t('hold.timeLeft')}
        onMinuteLeft={() => announce(t('hold.minuteLeft'))}
        onEnd={end}
      />
      <SeatLines
        lines={holding.lines}
        currency={currency}
        action={(line) => (
          <RemoveButton
            label={t('hold.giveBackOne', { label: line.label })}
            disabled={isBusy}
            onClick={() => giveBack.mutate(idsOf(reservationOf(line.seatId)))}
          />
        )}
      />
      <BookForm isBusy={isBusy} onBook={book.mutate} />
      <div className="flex flex-wrap gap-2">
        <Button kind="secondary" className="grow" disabled={isBusy} onClick={() => extend.mutate()}>
          {t('hold.extend')}
        </Button>
        <Button
          kind="secondary"
          className="grow"
          disabled={isBusy}
          onClick={() => giveBack.mutate(idsOf(holding.reservations))}
        >
          {t('hold.giveBack')}
        </Button>
      </div>
      <ErrorNotice error={book.error ?? extend.error ?? giveBack.error} />
      <p className="text-ink-muted text-sm">{t('hold.exactly')}</p>
    </section>
  );
}
