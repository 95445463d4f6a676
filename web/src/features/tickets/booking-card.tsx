import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BookingView } from '../../lib/api/bookings.ts';
import { useEvent } from '../../lib/api/events.ts';
import { formatDateTime } from '../../lib/format.ts';
import { lineOfSeat } from '../../lib/seat-line.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';
import { BookingTickets } from './booking-tickets.tsx';

const STATUSES = ['PENDING', 'CONFIRMED', 'CANCELLED', 'FAILED'] as const;

interface BookingCardProps {
  readonly booking: BookingView;
  readonly onCancel: () => void;
}

export function BookingCard({ booking, onCancel }: BookingCardProps) {
  const { t, i18n } = useTranslation();
  const event = useEvent(booking.event_id).data;
  const isOpen = booking.status === 'PENDING';
  return (
    <article
      className="grid h-full content-start gap-3 rounded-2xl border border-line bg-raised p-5"
      data-status={booking.status}
    >
      <div>
        <p className="font-semibold text-sm">{statusWord()}</p>
        <h3 className="font-bold text-lg">
          {event?.event_name ?? t('mine.event', { id: booking.event_id })}
        </h3>
        {event && <p className="text-ink-muted">{formatDateTime(event.event_date, i18n.language)}</p>}
      </div>
      <p className="break-all font-mono text-sm">{booking.booking_reference}</p>
      <SeatLines lines={booking.seats.map(lineOfSeat)} currency={booking.currency} />
      {booking.status === 'CONFIRMED' && <BookingTickets bookingId={booking.booking_id} />}
      <div className="flex flex-wrap gap-2">
        <Link
          to={`/bookings/${booking.booking_id}`}
          className={buttonClass(isOpen ? 'primary' : 'secondary')}
        >
          {isOpen ? t('pending.go') : t('mine.open')}
        </Link>
        {(isOpen || booking.status === 'CONFIRMED') && (
          <Button kind="secondary" onClick={onCancel}>
            {t('mine.cancel')}
          </Button>
        )}
      </div>
    </article>
  );

  function statusWord(): string {
    if (booking.payment_status === 'REFUNDED') return t('mine.status.REFUNDED');
    const known = STATUSES.find((status) => status === booking.status);
    return known ? t(`mine.status.${known}`) : booking.status;
  }
}
