import { useTranslation } from 'react-i18next';
import { ApiError } from '../../lib/api/api-error.ts';
import type { BookingDetail } from '../../lib/api/bookings.ts';
import { formatMoney, toHundredths } from '../../lib/format.ts';
import { lineOfSeat } from '../../lib/seat-line.ts';
import { parseServerTime } from '../../lib/server-clock.ts';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';
import { usePayment } from './use-payment.ts';

interface PaymentPanelProps {
  readonly booking: BookingDetail;
  /** The time to pay is over. */
  readonly onEnd: () => void;
}

/** The mock checkout: it stands where a payment provider's page will, and says so. */
export function PaymentPanel({ booking, onEnd }: PaymentPanelProps) {
  const { t, i18n } = useTranslation();
  const { pay, paymentId } = usePayment(booking);
  const total = formatMoney(toHundredths(booking.total_amount), {
    currency: booking.currency,
    language: i18n.language,
  });
  const isDeclined = pay.error instanceof ApiError && pay.error.status === 402;
  return (
    <section className="grid max-w-xl gap-4 rounded-2xl border border-line bg-raised p-5">
      <Countdown endsAt={parseServerTime(booking.payment_deadline)} label={t('pay.deadline')} onEnd={onEnd} />
      <SeatLines lines={booking.seats.map(lineOfSeat)} currency={booking.currency} />
      <Notice tone="notice" title={t('pay.test')}>
        <p>{t('pay.explain')}</p>
        <p className="text-sm">
          {t('pay.paymentId')}: <code>{paymentId}</code>
        </p>
      </Notice>
      <Button data-step="pay" disabled={pay.isPending} onClick={() => pay.mutate()}>
        {pay.isPending ? t('pay.paying') : t('pay.button', { total })}
      </Button>
      {isDeclined ? (
        <Notice tone="bad" role="alert" title={t('pay.declined')} />
      ) : (
        <ErrorNotice error={pay.error} />
      )}
    </section>
  );
}
