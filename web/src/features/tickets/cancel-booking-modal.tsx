import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { type BookingView, bookingKey, bookingsKey, cancelBooking } from '../../lib/api/bookings.ts';
import { useIdentity } from '../../lib/identity.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Modal } from '../../ui/modal.tsx';
import { TextField } from '../../ui/text-field.tsx';

const REASON_LENGTH_MAX = 500;

interface CancelBookingModalProps {
  readonly booking: BookingView;
  readonly onClose: () => void;
}

export function CancelBookingModal({ booking, onClose }: CancelBookingModalProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const cancel = useMutation({
    mutationFn: () => cancelBooking(booking.booking_id, reason.trim()),
    onSuccess: () => {
      announce(t('mine.cancelled'));
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: bookingsKey(userId) }),
        queries.invalidateQueries({ queryKey: bookingKey(userId, booking.booking_id) }),
      ]),
  });
  return (
    <Modal isOpen title={t('mine.cancelTitle')} explanation={t('mine.cancelExplain')} onClose={onClose}>
      <p className="font-semibold">{booking.seats.map((seat) => seat.seat_number).join(', ')}</p>
      <TextField label={t('mine.reason')} value={reason} onChange={setReason} maxLength={REASON_LENGTH_MAX} />
      <ErrorNotice error={cancel.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button kind="secondary" onClick={onClose}>
          {t('mine.keep')}
        </Button>
        <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('mine.cancel')}
        </Button>
      </div>
    </Modal>
  );
}
