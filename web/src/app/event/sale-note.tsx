import { useTranslation } from 'react-i18next';
import type { Hall } from '../../features/seat-map/hall.ts';
import { FREE, HELD } from '../../features/seat-map/seat-status.ts';
import type { EventDetail } from '../../lib/api/events.ts';
import { formatDateTime } from '../../lib/format.ts';
import { Notice } from '../../ui/notice.tsx';

interface SaleNoteProps {
  readonly event: EventDetail;
  readonly hall: Hall | undefined;
  readonly holdsSome: boolean;
}

/** Honest words about the sale: not open, or nothing free, and whether something may come back. */
export function SaleNote({ event, hall, holdsSome }: SaleNoteProps) {
  const { t, i18n } = useTranslation();
  const isAllTaken = hall !== undefined && hall.count > 0 && hall.totals[FREE] === 0;
  if (isAllTaken && holdsSome) return <Notice tone="notice" title={t('sale.allHeldSome')} />;
  if (event.status === 'ON_SALE' && isAllTaken && (hall.totals[HELD] ?? 0) > 0) {
    return <Notice tone="notice" title={t('sale.allHeld')} />;
  }
  if (event.status === 'ON_SALE') return null;
  return (
    <Notice tone="notice" title={t(`sale.${event.status}`)}>
      {event.status === 'UPCOMING' && event.sale_start_time && (
        <p>{t('events.saleStarts', { time: formatDateTime(event.sale_start_time, i18n.language) })}</p>
      )}
    </Notice>
  );
}
