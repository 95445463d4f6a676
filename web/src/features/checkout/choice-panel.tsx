import { useTranslation } from 'react-i18next';
import type { SeatLine } from '../../lib/seat-line.ts';
import { Button } from '../../ui/button.tsx';
import { RemoveButton } from '../../ui/remove-button.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';

interface ChoicePanelProps {
  readonly lines: readonly SeatLine[];
  readonly currency: string;
  readonly isBusy: boolean;
  readonly onHold: () => void;
  readonly onClear: () => void;
  readonly onRemove: (seatId: number) => void;
}

/** Seats chosen by hand, not held yet. */
export function ChoicePanel({ lines, currency, isBusy, onHold, onClear, onRemove }: ChoicePanelProps) {
  const { t } = useTranslation();
  return (
    <section
      aria-labelledby="choice-title"
      className="grid gap-3 rounded-2xl border border-ink bg-raised p-4 shadow-lg sm:p-5"
    >
      <h2 id="choice-title" className="font-bold text-lg">
        {t('choice.title')}
      </h2>
      <div className="max-h-28 overflow-y-auto lg:max-h-48">
        <SeatLines
          lines={lines}
          currency={currency}
          action={(line) => (
            <RemoveButton
              label={t('choice.remove', { label: line.label })}
              onClick={() => onRemove(line.seatId)}
            />
          )}
        />
      </div>
      <div className="grid grid-cols-[1fr_auto] gap-2 lg:grid-cols-1">
        <Button onClick={onHold} disabled={isBusy}>
          {isBusy ? t('choice.holding') : t('choice.hold', { count: lines.length })}
        </Button>
        <Button kind="quiet" onClick={onClear} disabled={isBusy}>
          {t('choice.clear')}
        </Button>
      </div>
    </section>
  );
}
