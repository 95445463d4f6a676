import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BookingView } from '../../lib/api/bookings.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** A booking that was begun and not paid. */
export function PendingNotice({ booking }: { readonly booking: BookingView }) {
  const { t } = useTranslation();
  const labels = booking.seats.map((seat) => seat.seat_number).join(', ');
  return (
    <Notice tone="notice" title={t('pending.title')}>
      <p>{t('pending.explain', { count: booking.seats.length, labels })}</p>
      <Link to={`/bookings/${booking.booking_id}`} className={buttonClass()}>
        {t('pending.go')}
      </Link>
    </Notice>
  );
}
