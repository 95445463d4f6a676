import type { Compared } from '../result/comparison.ts';
import type { RushReport } from '../result/result.ts';
import { figure, phraseOf, say, table } from './markup.ts';
import {
  BOTTLENECK_PHRASES,
  FAILURE_PHRASES,
  GOAL_PHRASES,
  PHRASES,
  type Phrase,
  type PhraseName,
} from './phrases.ts';

const spread = ({ p50, p95, p99 }: Compared['hold']) => `${figure(p50)} / ${figure(p95)} / ${figure(p99)}`;
const same = (text: string): Phrase => ({ en: text, ko: text });

/** What was aimed at, and what came of it. */
export function goalTable({ goals }: RushReport): string {
  const rows = goals.map(({ name, measured, limit, met }) => {
    const shown = (value: number) => figure(name === 'errorRate' ? value * 100 : value);
    const bound = `${name === 'oversold' ? '' : '< '}${shown(limit)}`;
    return [GOAL_PHRASES[name], bound, shown(measured), met ? PHRASES.met : PHRASES.notMet];
  });
  const columns = ['goal', 'limit', 'measured', same('')] as const;
  return `<section>${say('h2', 'goals')}${say('p', 'goalsHow')}${table({ columns, rows })}</section>`;
}

/** How people came in; nothing where everybody could at once. */
export function lineSummary({ line }: RushReport): string {
  if (line === null) return '';
  const { count, p50, p95, max } = line.waitMillis;
  const facts: [PhraseName, number | null][] = [
    ['admitted', count],
    ['ratePerSecond', line.ratePerSecond],
    ['waitP50', p50 / 1_000],
    ['waitP95', p95 / 1_000],
    ['waitMax', max / 1_000],
  ];
  const shown = facts.map(
    ([name, value]) => `<div>${say('dt', name)}<dd>${value === null ? '–' : figure(value)}</dd></div>`,
  );
  return `<section>${say('h2', 'line')}${say('p', 'lineHow')}<dl class="strip">${shown.join('')}</dl></section>`;
}

/** What kept the rush from being quicker, one sentence each. */
export function bottleneckSummary({ bottlenecks, server }: RushReport): string {
  const unseen = server === null ? say('p', 'serverUnseen', 'class="how"') : '';
  const items = bottlenecks.map(({ what, measured, limit }) => {
    const { en, ko } = BOTTLENECK_PHRASES[what];
    const filled = (text: string) =>
      text.replace('{measured}', figure(measured)).replace('{limit}', figure(limit));
    return say('li', { en: filled(en), ko: filled(ko) });
  });
  const body = items.length > 0 ? `<ol>${items.join('')}</ol>` : say('p', 'noBottleneck');
  return `<section>${say('h2', 'bottlenecks')}${body}${unseen}</section>`;
}

/** Refusals and errors by what they mean. */
export function failureClasses({ failures }: RushReport): string {
  const rows = Object.entries(failures)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]): [Phrase, number] => [
      phraseOf(FAILURE_PHRASES[name as keyof typeof FAILURE_PHRASES]),
      count,
    ]);
  const body = rows.length === 0 ? say('p', 'none') : table({ columns: ['failureClass', 'count'], rows });
  return `<figure class="plot codes">${say('figcaption', 'failures')}${say('p', 'failuresHow', 'class="how"')}${body}</figure>`;
}

/** This rush beside others; nothing when it stands alone. */
export function comparisonTable({ comparison }: RushReport): string {
  if (comparison.length < 2) return '';
  const rows = comparison.map((one) => [
    same(one.label),
    one.oversold,
    figure(one.purchasesPerSecond),
    figure(one.requestsPerSecond),
    spread(one.request),
    spread(one.hold),
    one.lineMillis === null
      ? '–'
      : `${figure(one.lineMillis.p50 / 1_000)} / ${figure(one.lineMillis.p95 / 1_000)}`,
    figure(one.lastedSeconds),
    figure(one.mapDelayP99),
    `${(one.errorRate * 100).toFixed(2)} %`,
    `${figure(one.buyers)} / ${figure(one.seats)}`,
    `${one.machine}, ${one.commit ?? '–'}, ${one.startedAt.slice(0, 16)}`,
  ]);
  const columns = [
    ...(['backEnds', 'oversold', 'purchasesPerSecond', 'requestsPerSecond', 'requestSpread'] as const),
    ...(['holdSpread', 'inLine', 'lasted'] as const),
    ...(['mapDelayP99', 'errorRate', 'buyersAndSeats', 'machineAndCommit'] as const),
  ];
  return `<section>${say('h2', 'comparison')}${say('p', 'comparisonHow')}${table({ columns, rows })}</section>`;
}
