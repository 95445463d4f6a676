import { useTranslation } from 'react-i18next';
import { type TicketView, useTicketCode } from '../../lib/api/tickets.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Modal } from '../../ui/modal.tsx';

interface TicketCodeModalProps {
  readonly ticket: TicketView;
  readonly seat: string;
  readonly onClose: () => void;
}

/** The code as it is shown at the entrance: black on white whatever the page's colours are. */
export function TicketCodeModal({ ticket, seat, onClose }: TicketCodeModalProps) {
  const { t } = useTranslation();
  const { data: svg, error, refetch } = useTicketCode(ticket.ticket_id);
  return (
    <Modal
      isOpen
      title={t('ticket.codeTitle', { seat })}
      explanation={t('ticket.codeExplain')}
      onClose={onClose}
    >
      {!svg && (error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />)}
      {svg && (
        <img
          className="mx-auto w-full max-w-xs rounded-lg bg-white"
          src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
          alt={t('ticket.codeAlt', { seat })}
        />
      )}
      <Button kind="secondary" onClick={onClose}>
        {t('app.close')}
      </Button>
    </Modal>
  );
}
