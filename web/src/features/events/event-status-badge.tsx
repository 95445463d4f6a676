import { useTranslation } from 'react-i18next';
import type { EventView } from '../../lib/api/events.ts';

type Status = EventView['status'];

const TONES: Record<Status, string> = {
  UPCOMING: 'bg-notice text-notice-ink',
  ON_SALE: 'bg-good text-good-ink',
  PAUSED: 'bg-notice text-notice-ink',
  SOLD_OUT: 'bg-line text-ink',
  CLOSED: 'bg-line text-ink',
  CANCELLED: 'bg-bad text-bad-ink',
};

export function EventStatusBadge({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  return (
    <p className={`w-fit rounded-full px-3 py-0.5 font-semibold text-sm ${TONES[status]}`}>
      {t(`events.status.${status}`)}
    </p>
  );
}
