import { useTranslation } from 'react-i18next';
import { type LineState, progressOf } from './line-state.ts';

/** How much of the line is behind the buyer. It never runs backwards. */
export function LineProgress({ state }: { readonly state: LineState }) {
  const { t } = useTranslation();
  if (state.from === undefined) return null;
  const percent = Math.floor(progressOf(state) * 100);
  return (
    <div
      role="progressbar"
      aria-label={t('room.progress')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-3 overflow-hidden rounded-full border border-line-strong bg-paper"
    >
      <div
        className="h-full bg-accent transition-[width] duration-500 motion-reduce:transition-none"
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
