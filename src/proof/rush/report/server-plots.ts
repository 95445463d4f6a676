import type { RushReport } from '../result/result.ts';
import type { ServerSample } from '../result/server-figures.ts';
import { figure, plot } from './markup.ts';
import type { PhraseName } from './phrases.ts';
import { bottomAxis, type Frame, horizontalGrid, line, linear, roundTicks, surface } from './scales.ts';

const SIZE = { width: 560, height: 190 };
const FRAME: Frame = { left: 52, right: 552, top: 12, bottom: 160 };

type Measured = Exclude<keyof ServerSample, 'at'>;

/** What the server said of itself, second by second; nothing where it said nothing. */
export function serverPlots({ server }: RushReport): string {
  const samples = server?.samples ?? [];
  if (samples.length === 0) return '';
  return [
    overTime(samples, { name: 'serverCores', of: 'cores' }),
    overTime(samples, { name: 'serverLate', of: 'loopLateMillis' }),
    overTime(samples, { name: 'serverCommit', of: 'commitMillis' }),
    overTime(samples, { name: 'serverGroup', of: 'commitCommands' }),
  ].join('');
}

function overTime(
  samples: readonly ServerSample[],
  { name, of }: { name: PhraseName; of: Measured },
): string {
  const values = samples.map((sample) => sample[of]);
  const most = Math.max(...values);
  const ticks = roundTicks(Math.max(most, 0.01), 3);
  const last = Math.max(1, samples.at(-1)?.at ?? 1);
  const x = linear([0, last], [FRAME.left, FRAME.right]);
  const y = linear([0, ticks.at(-1) as number], [FRAME.bottom, FRAME.top]);
  const points = samples.map((sample) => [x(sample.at), y(sample[of])] as const);
  const ground = points.map(([at]) => [at, FRAME.bottom] as const);
  const seconds = roundTicks(last, 6).filter((tick) => tick <= last);
  return plot({
    name,
    description: { en: `At most ${figure(most)}.`, ko: `최고 ${figure(most)}.` },
    size: SIZE,
    drawing: `${horizontalGrid(FRAME, y, ticks)}<path class="area quiet" d="${surface(points, ground)}"/><path class="line quiet" d="${line(points)}"/>${bottomAxis(FRAME, x, seconds)}`,
    table: { columns: ['second', name], rows: samples.map((sample) => [sample.at, sample[of]]) },
  });
}
