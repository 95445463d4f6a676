import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { TIER_COLOURS } from './canvas/hall-theme.ts';
import type { Hall } from './hall.ts';
import { seatId, seatLabel, zoneOf } from './hall-seat.ts';
import { priceTiers } from './price-tiers.ts';
import { SeatMarkIcon } from './seat-mark-icon.tsx';
import type { SeatMarks } from './seat-status.ts';
import { useSeatWords } from './use-seat-words.ts';

interface SeatRowProps {
  readonly hall: Hall;
  readonly row: number;
  readonly revision: number;
  readonly marks: SeatMarks;
  /** The one seat of the row that the Tab key reaches. */
  readonly current: number | undefined;
  /** Focus moved here from another row. */
  readonly wantsFocus: boolean;
  readonly label: string;
  readonly describedBy: string;
  readonly onSeat: (seat: number) => void;
  readonly onFocus: (seat: number | undefined) => void;
  readonly onStepRow: (step: -1 | 1, position: number) => void;
}

/** Buttons of one row with a roving tabindex: one Tab stop, arrows inside. */
export function SeatRow(props: SeatRowProps) {
  const { hall, row, marks, wantsFocus, onFocus, onSeat, onStepRow } = props;
  const words = useSeatWords(hall, marks);
  const { ofZone } = useMemo(() => priceTiers(hall), [hall]);
  const group = useRef<HTMLDivElement>(null);
  const seats = hall.rows[row]?.seats ?? [];
  const current = props.current !== undefined && seats.includes(props.current) ? props.current : seats[0];

  useEffect(() => {
    if (wantsFocus) focusSeat(group.current, current);
  }, [wantsFocus, current]);

  function onKeyDown(event: KeyboardEvent): void {
    const position = seats.indexOf(current ?? -1);
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      onStepRow(event.key === 'ArrowUp' ? -1 : 1, position);
      return;
    }
    const target = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: seats.length - 1 }[
      event.key
    ];
    if (target === undefined) return;
    event.preventDefault();
    focusSeat(group.current, seats[target]);
  }

  return (
    <div
      ref={group}
      role="toolbar"
      aria-label={props.label}
      aria-describedby={props.describedBy}
      aria-orientation="horizontal"
      className="flex max-h-72 flex-wrap gap-1.5 overflow-y-auto p-1"
      onKeyDown={onKeyDown}
      onBlur={() => onFocus(undefined)}
    >
      {seats.map((seat) => {
        const look = words.lookOfSeat(seat);
        const canPress = look === 'AVAILABLE' || look === 'chosen';
        return (
          <button
            key={seat}
            type="button"
            data-seat={seat}
            data-seat-id={seatId(hall, seat)}
            data-status={look}
            tabIndex={seat === current ? 0 : -1}
            aria-pressed={look === 'chosen' || look === 'own'}
            aria-disabled={!canPress}
            aria-label={words.describe(seat)}
            onFocus={() => onFocus(seat)}
            onClick={() => onSeat(seat)}
            className={`flex min-h-11 min-w-13 flex-col items-center justify-center gap-0.5 rounded-lg border px-1.5 text-xs tabular-nums ${
              canPress
                ? 'cursor-pointer border-line bg-raised hover:border-ink'
                : 'cursor-default border-transparent text-ink-muted'
            } ${look === 'chosen' || look === 'own' ? 'border-ink font-semibold' : ''}`}
          >
            <SeatMarkIcon look={look} tier={(ofZone[zoneOf(hall, seat)] ?? 0) % TIER_COLOURS} />
            {seatLabel(hall, seat)}
          </button>
        );
      })}
    </div>
  );
}

function focusSeat(group: HTMLElement | null, seat: number | undefined): void {
  group?.querySelector<HTMLElement>(`[data-seat="${seat}"]`)?.focus();
}
