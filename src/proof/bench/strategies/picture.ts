import { escaped, figure } from '../../rush/report/markup.ts';
import { decades, line, linear, logarithmic, roundTicks, type Scale } from '../../rush/report/scales.ts';
import type { ContestResult } from './result.ts';
import { isBroken, WAYS, type Way } from './ways.ts';

const PANEL = { width: 240, height: 150, gap: 60, left: 60, top: 110, below: 58 };
const FOOT = 10;
/** The legend has room. */
const SMALLEST_WIDTH = 880;

const COLOURS: Record<Way, string> = {
  atomic: '#2a78d6',
  distributed_lock: '#8a63d2',
  pessimistic: '#1baa7a',
  optimistic: '#c29a00',
  'conditional update': '#7d8590',
  'no lock': '#d1242f',
  'lock released before commit': '#eb6834',
};

const STYLE = `text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:14px;font-weight:600;fill:#111}
.grid{stroke:#ddd}path{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.grid{stroke:#444}}`;

/** What is shown of each contest: a row of panels, with one scale for all back ends. */
interface Measure {
  name: string;
  of(result: ContestResult): number;
  isShown(way: Way): boolean;
  scale: 'logarithmic' | 'linear';
}

const MEASURES: readonly Measure[] = [
  {
    name: 'answers a second',
    of: ({ perSecond }) => perSecond,
    scale: 'logarithmic',
    isShown: (way) => !isBroken(way),
  },
  {
    name: 'p99, milliseconds',
    of: ({ p99Millis }) => p99Millis,
    scale: 'logarithmic',
    isShown: (way) => !isBroken(way),
  },
  {
    name: 'claimed twice, of 100 seats claimed',
    scale: 'linear',
    of: ({ seatsTwice, seatsWon }) => (100 * seatsTwice) / Math.max(1, seatsWon),
    isShown: isBroken,
  },
];

/** A column for each mix of back ends; to the right the seats become fewer, so more buyers want the same one. */
export function strategiesPicture(results: readonly ContestResult[], buyers: number): string {
  const mixes = [...new Set(results.map(({ backEnds }) => backEnds))];
  const width = Math.max(SMALLEST_WIDTH, PANEL.left + mixes.length * (PANEL.width + PANEL.gap));
  const measures = MEASURES.filter(({ isShown }) => results.some(({ way }) => isShown(way)));
  const height = PANEL.top + measures.length * (PANEL.height + PANEL.below) + FOOT;
  const panels = measures.flatMap((measure, row) => {
    const shown = results.filter(({ way }) => measure.isShown(way));
    return mixes.map((backEnds, column) => panel(shown, { measure, backEnds, row, column }));
  });
  const title = `${buyers} buyers at once on fewer and fewer seats`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${title}, by back end and way to claim</title><style>${STYLE}</style>
${legend(results)}${panels.join('\n')}
<text x="${PANEL.left}" y="${height - 14}">seats in the hall; ${title}</text>
</svg>
`;
}

interface Place {
  measure: Measure;
  backEnds: string;
  row: number;
  column: number;
}

/** `shown` are the contests on all back ends, so that a row of panels has one scale. */
function panel(shown: readonly ContestResult[], { measure, backEnds, row, column }: Place): string {
  const left = PANEL.left + column * (PANEL.width + PANEL.gap);
  const top = PANEL.top + row * (PANEL.height + PANEL.below);
  const bottom = top + PANEL.height;
  const seats = [...new Set(shown.map((result) => result.seats))].sort((one, other) => one - other);
  const [fewest = 1, most = 1] = [seats[0], seats.at(-1)];
  const x = logarithmic([fewest, most], [left + PANEL.width - 10, left + 10]);
  const { y, ticks } = height(shown.map(measure.of), measure.scale, [bottom, top]);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${left}" x2="${left + PANEL.width}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${figure(tick)}</text>`,
  );
  const sizes = seats.map(
    (each) => `<text x="${x(each)}" y="${bottom + 18}" text-anchor="middle">${figure(each)}</text>`,
  );
  const here = shown.filter((result) => result.backEnds === backEnds);
  const name = `<text x="${left}" y="${top - 10}">${escaped(measure.name)}</text>`;
  const heading =
    row === 0 ? `<text class="title" x="${left}" y="${top - 30}">${escaped(backEnds)}</text>` : '';
  return `<g>${heading}${name}${grid.join('')}${sizes.join('')}${lines(here, { x, y, of: measure.of })}</g>`;
}

function height(
  values: readonly number[],
  scale: Measure['scale'],
  range: readonly [number, number],
): { y: Scale; ticks: number[] } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (scale === 'linear') {
    const ticks = roundTicks(most, 4);
    return { y: linear([0, ticks.at(-1) ?? 1], range), ticks };
  }
  const ticks = decades(least, most);
  return { y: logarithmic([ticks[0] ?? 1, ticks.at(-1) ?? 10], range), ticks };
}

function lines(
  results: readonly ContestResult[],
  { x, y, of }: { x: Scale; y: Scale; of: Measure['of'] },
): string {
  const drawn = WAYS.map((way) => {
    const points = results
      .filter((result) => result.way === way)
      .map((result) => [x(result.seats), y(of(result))] as const);
    if (points.length === 0) return '';
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${COLOURS[way]}"/>`);
    return `<path d="${line(points)}" stroke="${COLOURS[way]}"/>${dots.join('')}`;
  });
  return drawn.join('');
}

const PER_LINE = 4;

function legend(results: readonly ContestResult[]): string {
  const ways = WAYS.filter((way) => results.some((result) => result.way === way));
  const entries = ways.map((way, index) => {
    const left = PANEL.left + (index % PER_LINE) * 205;
    const top = 10 + Math.floor(index / PER_LINE) * 20;
    return `<rect x="${left}" y="${top}" width="12" height="12" rx="2" fill="${COLOURS[way]}"/><text x="${left + 18}" y="${top + 10}">${way}</text>`;
  });
  return entries.join('');
}
