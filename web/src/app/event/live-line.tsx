import { useTranslation } from 'react-i18next';
import { FREE } from '../../features/seat-map/seat-status.ts';
import type { LiveHallView } from '../../features/seat-map/use-live-hall.ts';
import { formatCount } from '../../lib/format.ts';

/** How many seats are free, how many people watch, and whether this is still true. */
export function LiveLine({ live }: { readonly live: LiveHallView }) {
  const { t, i18n } = useTranslation();
  const free = live.hall?.totals[FREE] ?? 0;
  const shown = (count: number) => formatCount(count, i18n.language);
  return (
    <p
      data-connection={live.connection}
      className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm tabular-nums"
    >
      <span className={live.connection === 'live' ? 'font-semibold text-good-ink' : 'text-ink-muted'}>
        {t(`sale.${live.connection}`)}
      </span>
      {live.hall && <span>{t('sale.freeNow', { count: free, shown: shown(free) })}</span>}
      {live.watching !== undefined && (
        <span className="text-ink-muted">
          {t('sale.watching', { count: live.watching, shown: shown(live.watching) })}
        </span>
      )}
    </p>
  );
}
