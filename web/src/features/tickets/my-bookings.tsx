import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BookingView, useBookings } from '../../lib/api/bookings.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { BookingCard } from './booking-card.tsx';
import { CancelBookingModal } from './cancel-booking-modal.tsx';

export function MyBookings() {
  const { t } = useTranslation();
  const { data, error, refetch } = useBookings();
  const [cancelling, setCancelling] = useState<BookingView>();
  if (!data) return error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />;
  if (data.length === 0) return <p className="text-ink-muted">{t('mine.noBookings')}</p>;
  return (
    <>
      <ul className="grid gap-4 lg:grid-cols-2">
        {data.map((booking) => (
          <li key={booking.booking_id}>
            <BookingCard booking={booking} onCancel={() => setCancelling(booking)} />
          </li>
        ))}
      </ul>
      {cancelling && <CancelBookingModal booking={cancelling} onClose={() => setCancelling(undefined)} />}
    </>
  );
}
