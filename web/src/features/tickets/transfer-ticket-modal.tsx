import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { type TicketView, ticketsKey, transferTicket } from '../../lib/api/tickets.ts';
import { isUserId, useIdentity } from '../../lib/identity.ts';
import { knowsBuyersByToken } from '../../lib/settings.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Modal } from '../../ui/modal.tsx';
import { TextField } from '../../ui/text-field.tsx';

const NAME_LENGTH_MAX = 50;

interface TransferTicketModalProps {
  readonly ticket: TicketView;
  readonly seat: string;
  readonly onClose: () => void;
}

export function TransferTicketModal({ ticket, seat, onClose }: TransferTicketModalProps) {
  const { t } = useTranslation();
  const [to, setTo] = useState('');
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const name = to.trim();
  const isWrong = name !== '' && (!isUserId(name) || name === userId);
  const transfer = useMutation({
    mutationFn: () => transferTicket(ticket.ticket_id, name),
    onSuccess: () => {
      announce(t('ticket.passed', { userId: name }));
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ticketsKey(userId) }),
  });
  return (
    <Modal
      isOpen
      title={t('ticket.passTitle', { seat })}
      explanation={t('ticket.passExplain')}
      onClose={onClose}
    >
      <TextField
        label={t('ticket.to')}
        {...(!knowsBuyersByToken() && { hint: t('identity.rule') })}
        value={to}
        onChange={setTo}
        isInvalid={isWrong}
        maxLength={NAME_LENGTH_MAX}
      />
      <ErrorNotice error={transfer.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button kind="secondary" onClick={onClose}>
          {t('ticket.keep')}
        </Button>
        <Button disabled={transfer.isPending || isWrong || name === ''} onClick={() => transfer.mutate()}>
          {t('ticket.pass')}
        </Button>
      </div>
    </Modal>
  );
}
