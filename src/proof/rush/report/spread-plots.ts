import { STEPS } from '../crowd/measures.ts';
import type { HistogramBin, RushReport } from '../result/result.ts';
import { escaped, figure, legend, plot, say } from './markup.ts';
import { ENDING_PHRASES, PHRASES, type Phrase } from './phrases.ts';
import {
  bottomAxis,
  decades,
  type Frame,
  horizontalGrid,
  linear,
  logarithmic,
  roundTicks,
} from './scales.ts';

const MARKS = ['p50', 'p95', 'p99', 'max'] as const;
const same = (text: string): Phrase => ({ en: text, ko: text });

/** One row a step: from the median to the worst, on one logarithmic ruler. */
export function latencyByStep(report: RushReport): string {
  const steps = STEPS.filter((step) => report.latencyMillis[step].count > 0);
  const rowHeight = 40;
  const frame: Frame = { left: 96, right: 552, top: 8, bottom: 8 + steps.length * rowHeight };
  const all = steps.map((step) => report.latencyMillis[step]);
  const ticks = decades(
    Math.min(...all.map(({ p50 }) => p50), 10),
    Math.max(...all.map(({ max }) => max), 10),
  );
  const x = logarithmic([ticks[0] as number, ticks.at(-1) as number], [frame.left, frame.right]);
  const rows = steps.map((step, index) => {
    const latency = report.latencyMillis[step];
    const y = frame.top + (index + 0.5) * rowHeight;
    const dots = MARKS.map(
      (mark) =>
        `<circle class="dot ${mark}" cx="${x(latency[mark])}" cy="${y}" r="${mark === 'max' ? 3.5 : 5.5}"/>`,
    );
    return `${say('text', PHRASES[step], `class="name" x="${frame.left - 12}" y="${y + 4}" text-anchor="end"`)}<line class="whisker" x1="${x(latency.p50)}" x2="${x(latency.max)}" y1="${y}" y2="${y}"/><line class="bone" x1="${x(latency.p50)}" x2="${x(latency.p95)}" y1="${y}" y2="${y}"/>${dots.join('')}<text class="value" x="${x(latency.p95)}" y="${y - 10}" text-anchor="middle">${escaped(figure(latency.p95))}</text>`;
  });
  return plot({
    name: 'latency',
    how: 'latencyHow',
    description: {
      en: steps
        .map((step) => `${PHRASES[step].en}: p95 ${figure(report.latencyMillis[step].p95)} ms`)
        .join(', '),
      ko: steps
        .map((step) => `${PHRASES[step].ko}: p95 ${figure(report.latencyMillis[step].p95)}ms`)
        .join(', '),
    },
    size: { width: 560, height: frame.bottom + 28 },
    legend: legend(MARKS.map((mark) => ({ name: same(mark), style: `dot-${mark}` }))),
    drawing: `${bottomAxis(frame, x, ticks, { grid: true })}${rows.join('')}`,
    table: {
      columns: ['step', same('p50'), same('p95'), same('p99'), same('max'), 'count'],
      rows: steps.map((step) => {
        const { p50, p95, p99, max, count } = report.latencyMillis[step];
        return [PHRASES[step], p50, p95, p99, max, count];
      }),
    },
  });
}

export function propagationPlot({ propagation }: RushReport): string {
  const bins = propagation.bins.slice(0, lastUsed(propagation.bins) + 1);
  const frame: Frame = { left: 60, right: 552, top: 12, bottom: 190 };
  const ticks = roundTicks(Math.max(...bins.map(({ count }) => count), 1), 3);
  const y = linear([0, ticks.at(-1) as number], [frame.bottom, frame.top]);
  const width = (frame.right - frame.left) / Math.max(1, bins.length);
  const bars = bins.map((bin, index) => {
    const x = frame.left + index * width;
    return `<rect class="bar" x="${(x + 1.5).toFixed(2)}" y="${y(bin.count)}" width="${(width - 3).toFixed(2)}" height="${(frame.bottom - y(bin.count)).toFixed(2)}" rx="2"/><text class="tick" x="${(x + width / 2).toFixed(2)}" y="${frame.bottom + 18}" text-anchor="middle">${bin.to === null ? `>${bin.from}` : `≤${bin.to}`}</text>`;
  });
  const { p50, p95, p99, max, count } = propagation.delayMillis;
  return plot({
    name: 'propagation',
    how: 'propagationHow',
    description: same(
      `p50 ${figure(p50)} ms, p95 ${figure(p95)} ms, p99 ${figure(p99)} ms, max ${figure(max)} ms, n = ${figure(count)}`,
    ),
    size: { width: 560, height: 220 },
    legend: `<p class="legend"><span>p50 <b>${figure(p50)}</b></span><span>p95 <b>${figure(p95)}</b></span><span>p99 <b>${figure(p99)}</b></span><span>max <b>${figure(max)}</b></span></p>`,
    drawing: `${horizontalGrid(frame, y, ticks)}${bars.join('')}`,
    table: {
      columns: ['delay', 'samples'],
      rows: propagation.bins.map(({ from, to, count: samples }) => [
        to === null ? `> ${from}` : `${from}–${to}`,
        samples,
      ]),
    },
  });
}

function lastUsed(bins: readonly HistogramBin[]): number {
  const index = bins.findLastIndex(({ count }) => count > 0);
  return index === -1 ? 4 : index;
}

export function endingsPlot(report: RushReport): string {
  const endings = Object.entries(report.endings).sort(([, a = 0], [, b = 0]) => b - a);
  const rowHeight = 30;
  const frame: Frame = { left: 170, right: 490, top: 4, bottom: 4 + endings.length * rowHeight };
  const x = linear([0, Math.max(...endings.map(([, count]) => count), 1)], [0, frame.right - frame.left]);
  const rows = endings.map(([ending, count], index) => {
    const y = frame.top + index * rowHeight;
    const width = Math.max(1.5, x(count));
    return `${say('text', ENDING_PHRASES[ending] ?? same(ending), `class="name" x="${frame.left - 12}" y="${y + 19}" text-anchor="end"`)}<rect class="bar ${styleOf(ending)}" x="${frame.left}" y="${y + 5}" width="${width}" height="${rowHeight - 10}" rx="2"/><text class="value" x="${frame.left + width + 8}" y="${y + 19}">${figure(count)}</text>`;
  });
  return plot({
    name: 'endings',
    how: 'endingsHow',
    description: {
      en: endings
        .map(([ending, count]) => `${ENDING_PHRASES[ending]?.en ?? ending} ${figure(count)}`)
        .join(', '),
      ko: endings
        .map(([ending, count]) => `${ENDING_PHRASES[ending]?.ko ?? ending} ${figure(count)}`)
        .join(', '),
    },
    size: { width: 560, height: frame.bottom + 8 },
    drawing: rows.join(''),
    table: {
      columns: ['ending', 'buyers'],
      rows: endings.map(([ending, count]) => [ENDING_PHRASES[ending] ?? ending, count]),
    },
  });
}

function styleOf(ending: string): string {
  if (ending === 'bought') return 'good';
  return ending === 'failed' || ending === 'cut-off' ? 'bad' : 'quiet';
}
