import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchTicketFile } from '../../lib/api/tickets.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { saveFile } from './save-file.ts';

interface TicketFilesProps {
  /** Of the files, without their ending. */
  readonly path: string;
}

/** What can be carried away of a booking or a ticket. */
export function TicketFiles({ path }: TicketFilesProps) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: async (extension: 'pdf' | 'ics') =>
      saveFile(await fetchTicketFile(`${path}.${extension}`), `tickets.${extension}`),
  });
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button kind="secondary" disabled={save.isPending} onClick={() => save.mutate('pdf')}>
          {t('ticket.pdf')}
        </Button>
        <Button kind="secondary" disabled={save.isPending} onClick={() => save.mutate('ics')}>
          {t('ticket.calendar')}
        </Button>
      </div>
      <ErrorNotice error={save.error} />
    </>
  );
}
