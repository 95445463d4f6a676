import { line, linear, logarithmic } from '../rush/report/scales.ts';
import type { Dimension, Growth, Operation } from './scale.ts';

const PANEL = { width: 250, height: 190, gap: 30, left: 44, top: 62 };
const SIZE = { width: 880, height: 320 };

const COLOURS: Record<Operation, string> = {
  hold: '#2a78d6',
  purchase: '#eb6834',
  'best seats': '#1baa7a',
  'change shown': '#8a63d2',
  expiry: '#c29a00',
};

const STYLE = `text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:14px;font-weight:600;fill:#111}
.grid{stroke:#ddd}.limit{stroke:#999;stroke-dasharray:4 3}path{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.grid{stroke:#444}.limit{stroke:#888}}`;

/**
 * Processor time of an operation against its own at the smallest size, one panel for each way in which a sale grows.
 * Flat is linear growth of the whole. What is told to watchers is counted per watcher, for there each one is an operation.
 */
export function growthPicture(growths: readonly Growth[]): string {
  const panels = (['seats', 'events', 'watchers'] as const).map((dimension, index) =>
    panel(
      dimension,
      growths.filter((growth) => growth.dimension === dimension),
      index,
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-labelledby="title">
<title id="title">Cost of an operation as the sale grows, against the smallest size</title><style>${STYLE}</style>
${legend(growths)}${panels.join('\n')}
</svg>
`;
}

function panel(dimension: Dimension, growths: readonly Growth[], index: number): string {
  const left = PANEL.left + index * (PANEL.width + PANEL.gap);
  const bottom = PANEL.top + PANEL.height;
  const x = logarithmic([1, 10], [left + 10, left + PANEL.width - 10]);
  const y = linear([0, 2], [bottom, PANEL.top]);
  const across = (at: number, style: string) =>
    `<line class="${style}" x1="${left}" x2="${left + PANEL.width}" y1="${y(at)}" y2="${y(at)}"/>`;
  const grid = [0, 0.5, 1, 1.5, 2].map(
    (tick) =>
      `${across(tick, 'grid')}<text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const sizes = [1, 3, 10].map(
    (times) => `<text x="${x(times)}" y="${bottom + 18}" text-anchor="middle">${times}×</text>`,
  );
  const lines = growths.map((growth) => {
    const points = relative(growth).map(([times, cost]) => [x(times), y(Math.min(2, cost))] as const);
    const dots = points.map(
      ([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${COLOURS[growth.operation]}"/>`,
    );
    return `<path d="${line(points)}" stroke="${COLOURS[growth.operation]}"/>${dots.join('')}`;
  });
  const name = `<text class="title" x="${left}" y="${PANEL.top - 12}">${dimension}</text>`;
  return `<g>${name}${grid.join('')}${across(1.1, 'limit')}${sizes.join('')}${lines.join('')}</g>`;
}

function relative({ dimension, costs }: Growth): [number, number][] {
  const smallest = costs[0]?.micros ?? 1;
  return costs.map(({ times, micros }) => [
    times,
    micros / smallest / (dimension === 'watchers' ? times : 1),
  ]);
}

function legend(growths: readonly Growth[]): string {
  const operations = [...new Set(growths.map(({ operation }) => operation))];
  const entries = operations.map((operation, index) => {
    const left = PANEL.left + index * 130;
    return `<rect x="${left}" y="12" width="12" height="12" rx="2" fill="${COLOURS[operation]}"/><text x="${left + 18}" y="22">${operation}</text>`;
  });
  return `${entries.join('')}<text x="${PANEL.left}" y="${SIZE.height - 12}">dashed: the limit, 1.1 times the cost at the smallest size</text>`;
}
