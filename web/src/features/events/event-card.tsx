import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { EventView } from '../../lib/api/events.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { EventStatusBadge } from './event-status-badge.tsx';

export function EventCard({ event }: { readonly event: EventView }) {
  const { t, i18n } = useTranslation();
  const count = (seats: number) => formatCount(seats, i18n.language);
  const share = event.total_seats > 0 ? event.available_seats / event.total_seats : 0;
  return (
    <article className="relative flex h-full flex-col gap-3 rounded-2xl border border-line bg-raised p-5 focus-within:border-ink hover:border-ink">
      <EventStatusBadge status={event.status} />
      <h2 className="font-bold text-xl leading-snug">
        <Link to={`/events/${event.event_id}`} className="after:absolute after:inset-0 after:rounded-2xl">
          {event.event_name}
        </Link>
      </h2>
      <p className="text-ink-muted">
        {formatDateTime(event.event_date, i18n.language)}
        {event.venue_name && <span className="block">{event.venue_name}</span>}
      </p>
      {event.status === 'UPCOMING' && event.sale_start_time && (
        <p>{t('events.saleStarts', { time: formatDateTime(event.sale_start_time, i18n.language) })}</p>
      )}
      <div className="mt-auto grid gap-1.5 pt-2">
        <svg
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          className="h-1.5 w-full rounded-full"
          aria-hidden="true"
        >
          <rect width="100" height="4" className="fill-line" />
          <rect width={share * 100} height="4" className="fill-accent" />
        </svg>
        <p className="text-sm tabular-nums">
          {t('events.available', {
            available: count(event.available_seats),
            total: count(event.total_seats),
          })}
        </p>
      </div>
    </article>
  );
}
