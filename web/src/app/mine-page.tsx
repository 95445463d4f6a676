import { useTranslation } from 'react-i18next';
import { MyBookings } from '../features/tickets/my-bookings.tsx';
import { MyHolds } from '../features/tickets/my-holds.tsx';
import { ReceivedTickets } from '../features/tickets/received-tickets.tsx';
import { PageTitle } from '../ui/page-title.tsx';

export function MinePage() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-8">
      <PageTitle text={t('mine.title')} />
      <section aria-labelledby="holds-title" className="grid gap-4">
        <h2 id="holds-title" className="font-bold text-xl">
          {t('mine.holds')}
        </h2>
        <MyHolds />
      </section>
      <section aria-labelledby="bookings-title" className="grid gap-4">
        <h2 id="bookings-title" className="font-bold text-xl">
          {t('mine.bookings')}
        </h2>
        <MyBookings />
      </section>
      <ReceivedTickets />
    </div>
  );
}
