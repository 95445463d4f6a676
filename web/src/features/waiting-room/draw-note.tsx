import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { drawProof } from '../../lib/api/waiting-room.ts';
import { keepCommitment } from '../../lib/draw-commitment.ts';

interface DrawNoteProps {
  readonly eventId: number;
  readonly place: number | null;
}

/** Keeps what the house committed itself to while there are no places yet, and leads to where one's place is checked. */
export function DrawNote({ eventId, place }: DrawNoteProps) {
  const { t } = useTranslation();
  const { data: proof } = useQuery({
    queryKey: ['commitment', eventId],
    queryFn: () => drawProof(eventId),
    enabled: place === null,
  });
  useEffect(() => {
    if (proof?.secret === null) keepCommitment(eventId, proof.commitment);
  }, [eventId, proof]);
  return (
    <p className="text-sm">
      <Link
        to={`/events/${eventId}/draw`}
        className="inline-flex min-h-11 items-center underline underline-offset-4"
        data-step="check-draw"
      >
        {t('draw.link')}
      </Link>
    </p>
  );
}
