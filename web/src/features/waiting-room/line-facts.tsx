import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { type LineState, minutesOf } from './line-state.ts';

/** Lane, place, people ahead and the time that this will take, as far as they are known. */
export function LineFacts({ state }: { readonly state: LineState }) {
  const { t, i18n } = useTranslation();
  const { standing } = state;
  if (!standing) return null;
  const { lane, place, ahead, eta_seconds: eta, opens_at: opensAt } = standing;
  const shown = (count: number) => formatCount(count, i18n.language);
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
      {lane !== 'normal' && <Fact name={t('room.lane')}>{t(`room.lanes.${lane}`)}</Fact>}
      {place === null && opensAt !== null && (
        <Fact name={t('room.opensAt')}>{formatDateTime(opensAt, i18n.language)}</Fact>
      )}
      {place !== null && <Fact name={t('room.place')}>{shown(place)}</Fact>}
      {ahead !== null && <Fact name={t('room.ahead')}>{shown(ahead)}</Fact>}
      {eta && <Fact name={t('room.wait')}>{waitWords(eta)}</Fact>}
    </dl>
  );

  function waitWords(seconds: { low: number; high: number }): string {
    const minutes = minutesOf(seconds);
    return minutes ? t('room.minutes', minutes) : t('room.soon');
  }
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className="font-semibold tabular-nums">{children}</dd>
    </>
  );
}
