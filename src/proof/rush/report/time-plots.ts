import type { LineSample, RushReport, SeatSample, SecondReport } from '../result/result.ts';
import { figure, legend, plot } from './markup.ts';
import { PHRASES, type Phrase, type PhraseName } from './phrases.ts';
import {
  bottomAxis,
  decades,
  type Frame,
  horizontalGrid,
  line,
  linear,
  logarithmic,
  roundTicks,
  surface,
} from './scales.ts';

/** Small multiples: the same width and the same seconds, so that one can be read above the other. */
const SIZE = { width: 560, height: 190 };
const FRAME: Frame = { left: 52, right: 552, top: 12, bottom: 160 };

type Counted = 'arrivals' | 'requests' | 'purchases' | 'errors' | 'admitted';

export function timePlots(report: RushReport): string {
  const last = Math.max(1, report.seconds.length - 1, Math.ceil(report.seats.at(-1)?.at ?? 0));
  return [
    countPlot(report.seconds, last, { name: 'arrivals', of: 'arrivals', style: 'quiet' }),
    ...(report.line ? linePlots(report.seconds, report.line.samples, last) : []),
    countPlot(report.seconds, last, { name: 'requestsPerSecond', of: 'requests', style: 'main' }),
    countPlot(report.seconds, last, { name: 'purchasesPerSecond', of: 'purchases', style: 'good' }),
    seatsPlot(report.seats, report.proof.server.total, last),
    latencyPlot(report.seconds, last),
    countPlot(report.seconds, last, { name: 'errorsPerSecond', of: 'errors', style: 'bad' }),
  ].join('');
}

function linePlots(seconds: readonly SecondReport[], samples: readonly LineSample[], last: number): string[] {
  return [
    countPlot(seconds, last, { name: 'admittedPerSecond', of: 'admitted', style: 'good' }),
    waitingPlot(samples, last),
  ];
}

function waitingPlot(samples: readonly LineSample[], last: number): string {
  const most = Math.max(...samples.map(({ waiting }) => waiting), 1);
  const ticks = roundTicks(most, 3);
  const x = linear([0, last], [FRAME.left, FRAME.right]);
  const y = linear([0, ticks.at(-1) as number], [FRAME.bottom, FRAME.top]);
  const points = samples.map(({ at, waiting }) => [x(at), y(waiting)] as const);
  const ground = points.map(([at]) => [at, FRAME.bottom] as const);
  return plot({
    name: 'lineOverTime',
    description: { en: `At most ${figure(most)}.`, ko: `최고 ${figure(most)}.` },
    size: SIZE,
    drawing: `${horizontalGrid(FRAME, y, ticks)}<path class="area main" d="${surface(points, ground)}"/><path class="line" d="${line(points)}"/>${timeAxis(x, last)}`,
    table: { columns: ['second', 'lineOverTime'], rows: samples.map(({ at, waiting }) => [at, waiting]) },
  });
}

function countPlot(
  seconds: readonly SecondReport[],
  last: number,
  series: { name: PhraseName; of: Counted; style: string },
): string {
  const most = Math.max(...seconds.map((second) => second[series.of]), 1);
  const ticks = roundTicks(most, 3);
  const x = linear([0, last], [FRAME.left, FRAME.right]);
  const y = linear([0, ticks.at(-1) as number], [FRAME.bottom, FRAME.top]);
  const points = seconds.map((second) => [x(second.second), y(second[series.of])] as const);
  const ground = points.map(([at]) => [at, FRAME.bottom] as const);
  return plot({
    name: series.name,
    description: peak(seconds, series.of),
    size: SIZE,
    drawing: `${horizontalGrid(FRAME, y, ticks)}<path class="area ${series.style}" d="${surface(points, ground)}"/><path class="line ${series.style}" d="${line(points)}"/>${timeAxis(x, last)}`,
    table: {
      columns: ['second', series.name],
      rows: seconds.map((second) => [second.second, second[series.of]]),
    },
  });
}

function peak(seconds: readonly SecondReport[], of: Counted): Phrase {
  const highest = seconds.reduce(
    (best, second) => (second[of] > best[of] ? second : best),
    seconds[0] as SecondReport,
  );
  const value = figure(highest?.[of] ?? 0);
  return {
    en: `At most ${value} in second ${highest?.second ?? 0}.`,
    ko: `최고 ${value} (${highest?.second ?? 0}초).`,
  };
}

function seatsPlot(samples: readonly SeatSample[], total: number, last: number): string {
  const ticks = roundTicks(total, 3);
  const x = linear([0, last], [FRAME.left, FRAME.right]);
  const y = linear([0, ticks.at(-1) as number], [FRAME.bottom, FRAME.top]);
  const along = (height: (sample: SeatSample) => number) =>
    samples.map((one) => [x(one.at), y(height(one))] as const);
  const ground = along(() => 0);
  const booked = along((one) => one.booked);
  const held = along((one) => one.booked + one.held);
  const all = along((one) => one.booked + one.held + one.available);
  return plot({
    name: 'seatsOverTime',
    description: {
      en: `${figure(samples.at(-1)?.booked ?? 0)} of ${figure(total)} seats booked at the end.`,
      ko: `끝났을 때 ${figure(total)}석 가운데 ${figure(samples.at(-1)?.booked ?? 0)}석이 판매되었습니다.`,
    },
    size: SIZE,
    legend: legend([
      { name: 'booked', style: 'good' },
      { name: 'held', style: 'warm' },
      { name: 'available', style: 'quiet' },
    ]),
    drawing: `${horizontalGrid(FRAME, y, ticks)}<path class="stack quiet" d="${surface(all, held)}"/><path class="stack warm" d="${surface(held, booked)}"/><path class="stack good" d="${surface(booked, ground)}"/>${timeAxis(x, last)}`,
    table: {
      columns: ['second', 'booked', 'held', 'available'],
      rows: samples.map(({ at, booked: sold, held: kept, available }) => [at, sold, kept, available]),
    },
  });
}

function latencyPlot(seconds: readonly SecondReport[], last: number): string {
  const answered = seconds.filter(({ requests, p99 }) => requests > 0 && p99 > 0);
  const ticks = decades(
    Math.min(...answered.map(({ p50 }) => p50), 10),
    Math.max(...answered.map(({ p99 }) => p99), 10),
  );
  const x = linear([0, last], [FRAME.left, FRAME.right]);
  const y = logarithmic([ticks[0] as number, ticks.at(-1) as number], [FRAME.bottom, FRAME.top]);
  const along = (of: 'p50' | 'p95' | 'p99') =>
    answered.map((second) => [x(second.second), y(second[of])] as const);
  return plot({
    name: 'latencyOverTime',
    description: {
      en: `The 95th percentile was at most ${figure(Math.max(...answered.map(({ p95 }) => p95), 0))} milliseconds in any second.`,
      ko: `초별 95백분위는 최대 ${figure(Math.max(...answered.map(({ p95 }) => p95), 0))}밀리초였습니다.`,
    },
    size: SIZE,
    legend: legend(
      ['p50', 'p95', 'p99'].map((name) => ({ name: { en: name, ko: name }, style: `line-${name}` })),
    ),
    drawing: `${horizontalGrid(FRAME, y, ticks)}<path class="area main faint" d="${surface(along('p95'), along('p50'))}"/><path class="line p99" d="${line(along('p99'))}"/><path class="line p95" d="${line(along('p95'))}"/><path class="line p50" d="${line(along('p50'))}"/>${timeAxis(x, last)}`,
    table: {
      columns: [PHRASES.second, { en: 'p50', ko: 'p50' }, { en: 'p95', ko: 'p95' }, { en: 'p99', ko: 'p99' }],
      rows: answered.map(({ second, p50, p95, p99 }) => [second, p50, p95, p99]),
    },
  });
}

function timeAxis(x: (value: number) => number, last: number): string {
  const ticks = roundTicks(last, 6).filter((tick) => tick <= last);
  return bottomAxis(FRAME, x, ticks);
}
