/** One figure of a run, beside the goal it belongs to. */
export interface Finding {
  /** Number of the goal in docs/performance.md. */
  goal: number;
  what: string;
  value: number;
  unit: string;
  /** What the goal asks of the figure; figures without one only explain. */
  wanted?: { atLeast: number } | { atMost: number };
}

/** Undefined when nothing is asked of the figure. */
export function isMet({ value, wanted }: Finding): boolean | undefined {
  if (!wanted) return undefined;
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost;
}

export function figureText({ value, unit }: Pick<Finding, 'value' | 'unit'>): string {
  if (Number.isNaN(value)) return 'not known here';
  const digits = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toLocaleString('en-US', { maximumFractionDigits: digits })}${unit === '' ? '' : ` ${unit}`}`;
}

export function wantedText({ wanted, unit }: Finding): string {
  if (!wanted) return '';
  if ('atLeast' in wanted) return `at least ${figureText({ value: wanted.atLeast, unit })}`;
  return `at most ${figureText({ value: wanted.atMost, unit })}`;
}
