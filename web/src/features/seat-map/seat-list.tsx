import { useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hall } from './hall.ts';
import { PlaceFields, rowsOfSection } from './place-fields.tsx';
import { SeatRow } from './seat-row.tsx';
import type { SeatMarks } from './seat-status.ts';

interface SeatListProps {
  readonly hall: Hall;
  /** Changes with every change of the hall, which happens in place. */
  readonly revision: number;
  readonly marks: SeatMarks;
  /** A seat chosen elsewhere, to be shown here. */
  readonly shown: number | undefined;
  readonly onSeat: (seat: number) => void;
  readonly onFocus: (seat: number | undefined) => void;
}

/** The hall in words: section, row, seats. Holds one row in the page at a time, however large the hall. */
export function SeatList({ hall, revision, marks, shown, onSeat, onFocus }: SeatListProps) {
  const { t } = useTranslation();
  const help = useId();
  const [place, setPlace] = useState(() => ({
    row: firstRowWithFree(hall),
    seat: undefined as number | undefined,
  }));
  const [wantsFocus, setWantsFocus] = useState(false);
  const section = hall.rows[place.row]?.section ?? 0;
  const rows = useMemo(() => rowsOfSection(hall, section), [hall, section]);

  useEffect(() => {
    if (shown !== undefined) setPlace({ row: hall.rowOf[shown] ?? 0, seat: shown });
  }, [shown, hall]);

  /** Up and down: the neighbouring row, as near as may be to the same place in it. */
  function stepRow(step: -1 | 1, position: number): void {
    const next = rows[rows.indexOf(place.row) + step];
    if (next === undefined) return;
    const seats = hall.rows[next]?.seats ?? [];
    setPlace({ row: next, seat: seats[Math.min(position, seats.length - 1)] });
    setWantsFocus(true);
  }

  const nameOf = (index: number) => hall.sections[index] || t('map.unnamedSection');
  return (
    <section
      aria-labelledby={`${help}-title`}
      className="grid gap-3"
      data-revision={revision}
      data-version={hall.version}
    >
      <h2 id={`${help}-title`} className="font-semibold text-lg">
        {t('list.title')}
      </h2>
      <PlaceFields hall={hall} row={place.row} onRow={(row) => setPlace({ row, seat: undefined })} />
      <p id={help} className="text-ink-muted text-sm">
        {t('list.help')}
      </p>
      <SeatRow
        hall={hall}
        row={place.row}
        revision={revision}
        marks={marks}
        current={place.seat}
        wantsFocus={wantsFocus}
        label={rowLabel()}
        describedBy={help}
        onFocus={(seat) => {
          setWantsFocus(false);
          if (seat !== undefined) setPlace((now) => ({ ...now, seat }));
          onFocus(seat);
        }}
        onSeat={onSeat}
        onStepRow={stepRow}
      />
    </section>
  );

  function rowLabel(): string {
    const name = hall.rows[place.row]?.name;
    return name ? t('list.rowGroup', { section: nameOf(section), row: name }) : nameOf(section);
  }
}

function firstRowWithFree(hall: Hall): number {
  return Math.max(
    0,
    hall.freeInRow.findIndex((free) => free > 0),
  );
}
