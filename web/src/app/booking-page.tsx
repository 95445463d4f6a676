import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ConfirmedPanel } from '../features/checkout/confirmed-panel.tsx';
import { PaymentPanel } from '../features/checkout/payment-panel.tsx';
import { type BookingDetail, useBooking } from '../lib/api/bookings.ts';
import { formatDateTime } from '../lib/format.ts';
import { buttonClass } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';

/** One address from the payment to the ticket, so that a reload or a bookmark always shows where things stand. */
export function BookingPage() {
  const { t } = useTranslation();
  const { data: booking, error, refetch } = useBooking(Number(useParams().bookingId));
  if (!booking) {
    return (
      <div className="grid gap-6">
        <PageTitle text={t('pay.title')} />
        {error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />}
      </div>
    );
  }
  return (
    <div className="grid gap-6">
      <PageTitle
        stage={booking.status}
        text={booking.status === 'CONFIRMED' ? t('pay.confirmed') : t('pay.title')}
      />
      <EventFacts booking={booking} />
      {booking.status === 'PENDING' && <PaymentPanel booking={booking} onEnd={() => void refetch()} />}
      {booking.status === 'CONFIRMED' && <ConfirmedPanel booking={booking} />}
      {(booking.status === 'CANCELLED' || booking.status === 'FAILED') && <EndedBooking booking={booking} />}
    </div>
  );
}

function EventFacts({ booking }: { readonly booking: BookingDetail }) {
  const { i18n } = useTranslation();
  return (
    <div>
      <p className="font-semibold text-lg">{booking.event_name}</p>
      <p className="text-ink-muted">
        {formatDateTime(booking.event_date, i18n.language)}
        {booking.venue_name && ` · ${booking.venue_name}`}
      </p>
    </div>
  );
}

function EndedBooking({ booking }: { readonly booking: BookingDetail }) {
  const { t } = useTranslation();
  const status =
    booking.payment_status === 'REFUNDED' ? 'REFUNDED' : booking.status === 'FAILED' ? 'FAILED' : 'CANCELLED';
  return (
    <Notice title={t(`mine.status.${status}`)}>
      {status !== 'REFUNDED' && <p>{t('pay.ended')}</p>}
      <Link to={`/events/${booking.event_id}`} className={`${buttonClass('secondary')} justify-self-start`}>
        {t('pay.again')}
      </Link>
    </Notice>
  );
}
