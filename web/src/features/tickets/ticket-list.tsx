import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TicketView } from '../../lib/api/tickets.ts';
import { formatDateTime } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { TicketCodeModal } from './ticket-code-modal.tsx';
import { TransferTicketModal } from './transfer-ticket-modal.tsx';

/** Tickets and what can be done with each. */
export function TicketList({ tickets }: { readonly tickets: readonly TicketView[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<TicketView>();
  const [passed, setPassed] = useState<TicketView>();
  const seatOf = (ticket: TicketView) =>
    t('ticket.seat', { section: ticket.section ?? '', label: ticket.seat_number }).trim();
  return (
    <>
      <ul className="grid gap-2">
        {tickets.map((ticket) => (
          <li
            key={ticket.ticket_id}
            data-ticket-status={ticket.status}
            className="flex flex-wrap items-center justify-between gap-2"
          >
            <TicketFacts ticket={ticket} seat={seatOf(ticket)} />
            {ticket.status === 'VALID' && (
              <span className="flex flex-wrap gap-2">
                <Button
                  kind="secondary"
                  aria-label={t('ticket.showOf', { seat: seatOf(ticket) })}
                  onClick={() => setShown(ticket)}
                >
                  {t('ticket.show')}
                </Button>
                <Button
                  kind="quiet"
                  aria-label={t('ticket.passOf', { seat: seatOf(ticket) })}
                  onClick={() => setPassed(ticket)}
                >
                  {t('ticket.pass')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {shown && <TicketCodeModal ticket={shown} seat={seatOf(shown)} onClose={() => setShown(undefined)} />}
      {passed && (
        <TransferTicketModal ticket={passed} seat={seatOf(passed)} onClose={() => setPassed(undefined)} />
      )}
    </>
  );
}

/** The seat, how the ticket stands, and what happened to it. */
function TicketFacts({ ticket, seat }: { readonly ticket: TicketView; readonly seat: string }) {
  const { t, i18n } = useTranslation();
  const { status, received_from, transferred_to, used_at, gate } = ticket;
  const facts = [
    t(`ticket.status.${status as 'VALID'}`),
    received_from !== null && t('ticket.from', { userId: received_from }),
    transferred_to !== null && t('ticket.goneTo', { userId: transferred_to }),
    used_at !== null && t('ticket.usedAt', { gate, time: formatDateTime(used_at, i18n.language) }),
  ].filter(Boolean);
  return (
    <span>
      <span className="font-semibold">{seat}</span>{' '}
      <span className="text-ink-muted text-sm">{facts.join(' · ')}</span>
    </span>
  );
}
