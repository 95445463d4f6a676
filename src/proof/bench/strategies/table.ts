import type { ContestResult } from './result.ts';

interface Column {
  name: string;
  cell(result: ContestResult): string;
}

const COLUMNS: readonly Column[] = [
  { name: 'seats', cell: ({ seats }) => whole(seats) },
  { name: 'way', cell: ({ way }) => way },
  { name: 'wins', cell: ({ wins }) => whole(wins) },
  { name: 'refused', cell: ({ refusals }) => whole(refusals) },
  { name: 'gave up', cell: ({ gaveUp }) => whole(gaveUp) },
  { name: 'retries', cell: ({ retries }) => whole(retries) },
  { name: 'p50 ms', cell: ({ p50Millis }) => p50Millis.toFixed(1) },
  { name: 'p99 ms', cell: ({ p99Millis }) => p99Millis.toFixed(1) },
  { name: 'answers/s', cell: ({ perSecond }) => whole(Math.round(perSecond)) },
  { name: 'claimed twice', cell: ({ seatsTwice }) => whole(seatsTwice) },
  { name: 'load', cell: ({ load }) => load.toFixed(1) },
];

/** In columns for a terminal: text to the left, figures to the right. */
export function contestTable(results: readonly ContestResult[]): string {
  const rows = [
    COLUMNS.map(({ name }) => name),
    ...results.map((result) => COLUMNS.map(({ cell }) => cell(result))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return COLUMNS[column]?.name === 'way' ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n');
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
