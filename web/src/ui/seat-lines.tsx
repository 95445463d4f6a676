import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney } from '../lib/format.ts';
import { type SeatLine, totalOf } from '../lib/seat-line.ts';

interface SeatLinesProps {
  readonly lines: readonly SeatLine[];
  readonly currency: string;
  /** What can be done with one of them. */
  readonly action?: (line: SeatLine) => ReactNode;
}

/** Seats with their prices and the total: the same words from the choice to the ticket. */
export function SeatLines({ lines, currency, action }: SeatLinesProps) {
  const { t, i18n } = useTranslation();
  const money = (amount: number) => formatMoney(amount, { currency, language: i18n.language });
  return (
    <div className="grid gap-2">
      <ul className="grid gap-1">
        {lines.map((line) => (
          <li
            key={line.seatId}
            data-seat-id={line.seatId}
            className="flex min-h-8 items-center justify-between gap-3"
          >
            <span className="min-w-0">
              <SeatName line={line} />
            </span>
            <span className="flex shrink-0 items-center gap-2 tabular-nums">
              {money(line.price)}
              {action?.(line)}
            </span>
          </li>
        ))}
      </ul>
      <p className="flex justify-between gap-3 border-line border-t pt-2 font-semibold">
        <span>{t('choice.total')}</span>
        <span className="tabular-nums">{money(totalOf(lines))}</span>
      </p>
    </div>
  );
}

function SeatName({ line }: { readonly line: SeatLine }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="font-medium">
        {t('choice.seatName', { section: line.section, label: line.label }).trim()}
      </span>
      {line.row && <span className="text-ink-muted text-sm"> · {t('choice.row', { row: line.row })}</span>}
    </>
  );
}
