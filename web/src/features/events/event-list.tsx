import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvents } from '../../lib/api/events.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { EventCard } from './event-card.tsx';

/** All events, the latest date first, as the server orders them. */
export function EventList() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useEvents(page);
  if (!data) return error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />;
  if (data.total === 0) return <p className="py-10 text-center text-ink-muted">{t('events.none')}</p>;
  return (
    <div className="grid gap-6">
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {data.items.map((event) => (
          <li key={event.event_id}>
            <EventCard event={event} />
          </li>
        ))}
      </ul>
      {data.total_pages > 1 && (
        <nav
          aria-label={t('events.page', { page, pages: data.total_pages })}
          className="flex items-center justify-center gap-4"
        >
          <Button kind="secondary" disabled={page <= 1} onClick={() => setPage(page - 1)}>
            {t('events.previous')}
          </Button>
          <span className="tabular-nums">{t('events.page', { page, pages: data.total_pages })}</span>
          <Button kind="secondary" disabled={page >= data.total_pages} onClick={() => setPage(page + 1)}>
            {t('events.next')}
          </Button>
        </nav>
      )}
    </div>
  );
}
