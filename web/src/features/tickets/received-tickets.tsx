import { useTranslation } from 'react-i18next';
import { useEvent } from '../../lib/api/events.ts';
import { type TicketView, useTickets } from '../../lib/api/tickets.ts';
import { formatDateTime } from '../../lib/format.ts';
import { TicketFiles } from './ticket-files.tsx';
import { TicketList } from './ticket-list.tsx';

/** Tickets that others passed on; the section is absent while there are none. */
export function ReceivedTickets() {
  const { t } = useTranslation();
  const received = (useTickets().data ?? []).filter(({ received_from }) => received_from !== null);
  if (received.length === 0) return null;
  return (
    <section aria-labelledby="received-title" className="grid gap-4">
      <h2 id="received-title" className="font-bold text-xl">
        {t('ticket.received')}
      </h2>
      <ul className="grid gap-4 lg:grid-cols-2">
        {received.map((ticket) => (
          <li key={ticket.ticket_id}>
            <ReceivedTicket ticket={ticket} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReceivedTicket({ ticket }: { readonly ticket: TicketView }) {
  const { t, i18n } = useTranslation();
  const event = useEvent(ticket.event_id).data;
  const isLive = ticket.status === 'VALID' || ticket.status === 'USED';
  return (
    <article className="grid h-full content-start gap-3 rounded-2xl border border-line bg-raised p-5">
      <div>
        <h3 className="font-bold text-lg">{event?.event_name ?? t('mine.event', { id: ticket.event_id })}</h3>
        {event && <p className="text-ink-muted">{formatDateTime(event.event_date, i18n.language)}</p>}
      </div>
      <TicketList tickets={[ticket]} />
      {isLive && <TicketFiles path={`/api/v1/tickets/${ticket.ticket_id}/ticket`} />}
    </article>
  );
}
