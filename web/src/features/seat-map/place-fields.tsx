import { useTranslation } from 'react-i18next';
import { SelectField } from '../../ui/select-field.tsx';
import type { Hall } from './hall.ts';

interface PlaceFieldsProps {
  readonly hall: Hall;
  readonly row: number;
  readonly onRow: (row: number) => void;
}

/** Which section and which row of it the list shows, with how many seats are free in each. */
export function PlaceFields({ hall, row, onRow }: PlaceFieldsProps) {
  const { t } = useTranslation();
  const section = hall.rows[row]?.section ?? 0;

  function sectionOption(index: number): string {
    const name = hall.sections[index] || t('map.unnamedSection');
    return t('list.sectionOption', { name, free: hall.freeInSection[index] ?? 0 });
  }

  function rowOption(index: number): string {
    const { name = '', seats = [] } = hall.rows[index] ?? {};
    const counts = { free: hall.freeInRow[index] ?? 0, total: seats.length };
    return name ? t('list.rowOption', { name, ...counts }) : t('list.unnamedRowOption', counts);
  }

  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={t('list.section')}
        value={String(section)}
        onChange={(value) => onRow(rowsOfSection(hall, Number(value))[0] ?? 0)}
        options={hall.sections.map((_, index) => ({ value: String(index), label: sectionOption(index) }))}
      />
      <SelectField
        label={t('list.row')}
        value={String(row)}
        onChange={(value) => onRow(Number(value))}
        options={rowsOfSection(hall, section).map((index) => ({
          value: String(index),
          label: rowOption(index),
        }))}
      />
    </div>
  );
}

/** The rows of a section, from the front as the organiser entered them. */
export function rowsOfSection(hall: Hall, section: number): number[] {
  return [...hall.rows.keys()].filter((row) => hall.rows[row]?.section === section);
}
