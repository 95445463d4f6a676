import { useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField } from '../../ui/select-field.tsx';
import type { Hall } from './hall.ts';
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
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('list.section')}
          value={String(section)}
          onChange={(value) => setPlace({ row: rowsOfSection(hall, Number(value))[0] ?? 0, seat: undefined })}
          options={hall.sections.map((_, index) => ({
            value: String(index),
            label: t('list.sectionOption', { name: nameOf(index), free: hall.freeInSection[index] ?? 0 }),
          }))}
        />
        <SelectField
          label={t('list.row')}
          value={String(place.row)}
          onChange={(value) => setPlace({ row: Number(value), seat: undefined })}
          options={rows.map((row) => ({ value: String(row), label: rowOption(row) }))}
        />
      </div>
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

  function rowOption(row: number): string {
    const { name = '', seats = [] } = hall.rows[row] ?? {};
    const counts = { free: hall.freeInRow[row] ?? 0, total: seats.length };
    return name ? t('list.rowOption', { name, ...counts }) : t('list.unnamedRowOption', counts);
  }

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

function rowsOfSection(hall: Hall, section: number): number[] {
  return [...hall.rows.keys()].filter((row) => hall.rows[row]?.section === section);
}
