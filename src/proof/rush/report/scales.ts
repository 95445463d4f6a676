import { escaped, figure } from './markup.ts';

/** From a value to a coordinate of the picture. */
export type Scale = (value: number) => number;

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  const span = to - from || 1;
  return (value) => round(start + ((value - from) / span) * (end - start));
}

/** Values under the domain's foot stand on it: a logarithm has no zero. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return (value) => inner(Math.log10(Math.max(domain[0], value)));
}

/** A handful of round values from 0 to at least `most`. */
export function roundTicks(most: number, count: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => size >= rough) ?? rough;
  const whole = Math.max(step, most >= 1 ? 1 : step);
  return Array.from({ length: Math.ceil(most / whole - 1e-9) + 1 }, (_, index) => index * whole);
}

/** Powers of ten around the values, at least two. */
export function decades(least: number, most: number): number[] {
  const from = Math.floor(Math.log10(Math.max(least, 0.1)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(most, 0.1)) - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

/** Hairlines across the frame with their values at the left. */
export function horizontalGrid(frame: Frame, y: Scale, ticks: readonly number[]): string {
  return ticks
    .map((tick) => {
      const at = y(tick);
      return `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${at}" y2="${at}"/><text class="tick" x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${escaped(figure(tick))}</text>`;
    })
    .join('');
}

/** Values along the bottom, with or without hairlines up the frame. */
export function bottomAxis(
  frame: Frame,
  x: Scale,
  ticks: readonly number[],
  options: { grid?: true } = {},
): string {
  return ticks
    .map((tick) => {
      const at = x(tick);
      const line = options.grid
        ? `<line class="grid" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/>`
        : '';
      return `${line}<text class="tick" x="${at}" y="${frame.bottom + 18}" text-anchor="middle">${escaped(figure(tick))}</text>`;
    })
    .join('');
}

export function line(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

/** The surface between two lines over the same xs. */
export function surface(
  upper: readonly (readonly [number, number])[],
  lower: readonly (readonly [number, number])[],
): string {
  if (upper.length === 0) return '';
  return `${line(upper)}${line([...lower].reverse()).replace('M', 'L')}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
