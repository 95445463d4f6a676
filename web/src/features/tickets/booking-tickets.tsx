import { useTranslation } from 'react-i18next';
import { useTicketsOf } from '../../lib/api/tickets.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { TicketFiles } from './ticket-files.tsx';
import { TicketList } from './ticket-list.tsx';

/** The tickets of a paid booking, those passed on included. */
export function BookingTickets({ bookingId }: { readonly bookingId: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useTicketsOf(bookingId);
  if (!data) return error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />;
  const isAnyLive = data.some(({ status }) => status === 'VALID' || status === 'USED');
  return (
    <section aria-label={t('ticket.title')} className="grid gap-3 border-line border-t pt-3">
      <TicketList tickets={data} />
      {isAnyLive && <TicketFiles path={`/api/v1/bookings/${bookingId}/tickets`} />}
    </section>
  );
}
