import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BookingDetail } from '../../lib/api/bookings.ts';
import { formatDateTime } from '../../lib/format.ts';
import { lineOfSeat } from '../../lib/seat-line.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';

export function ConfirmedPanel({ booking }: { readonly booking: BookingDetail }) {
  const { t, i18n } = useTranslation();
  return (
    <section className="grid max-w-xl gap-4">
      <Notice tone="good" role="status">
        <p>{t('pay.confirmedExplain')}</p>
        <p className="select-all break-all font-mono font-semibold text-lg" data-testid="reference">
          {booking.booking_reference}
        </p>
        {booking.confirmed_at && (
          <p className="text-sm">
            {t('pay.confirmedAt', { time: formatDateTime(booking.confirmed_at, i18n.language) })}
          </p>
        )}
      </Notice>
      <div className="rounded-2xl border border-line bg-raised p-5">
        <SeatLines lines={booking.seats.map(lineOfSeat)} currency={booking.currency} />
      </div>
      <div className="flex flex-wrap gap-3">
        <Link to="/mine" className={buttonClass()}>
          {t('pay.toMine')}
        </Link>
        <Link to={`/events/${booking.event_id}`} className={buttonClass('secondary')}>
          {t('pay.again')}
        </Link>
      </div>
    </section>
  );
}
