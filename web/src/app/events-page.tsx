import { useTranslation } from 'react-i18next';
import { EventList } from '../features/events/event-list.tsx';
import { PageTitle } from '../ui/page-title.tsx';

export function EventsPage() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-6">
      <PageTitle text={t('events.title')} />
      <EventList />
    </div>
  );
}
