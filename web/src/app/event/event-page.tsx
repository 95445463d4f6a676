import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { EventStatusBadge } from '../../features/events/event-status-badge.tsx';
import { useEvent } from '../../lib/api/events.ts';
import { formatDateTime } from '../../lib/format.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Sale } from './sale.tsx';
import { SaleDoor } from './sale-door.tsx';

export function EventPage() {
  const { t, i18n } = useTranslation();
  const { data: event, error, refetch } = useEvent(Number(useParams().eventId));
  if (!event) {
    return (
      <div className="grid gap-6">
        <PageTitle text={t('events.title')} />
        {error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />}
      </div>
    );
  }
  return (
    <div className="grid gap-6">
      <div className="grid gap-2">
        <EventStatusBadge status={event.status} />
        <PageTitle text={event.event_name} />
        <p className="text-ink-muted">
          {formatDateTime(event.event_date, i18n.language)}
          {event.venue_name && ` · ${event.venue_name}`}
        </p>
      </div>
      <SaleDoor key={event.event_id} event={event}>
        <Sale event={event} />
      </SaleDoor>
    </div>
  );
}
