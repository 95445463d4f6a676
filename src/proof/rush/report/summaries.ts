import type { RushReport } from '../result.ts';
import { figure, phraseOf, say, table } from './markup.ts';
import { BOTTLENECK_PHRASES, FAILURE_PHRASES, type Phrase } from './phrases.ts';

const same = (text: string): Phrase => ({ en: text, ko: text });

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
    `${figure(one.hold.p50)} / ${figure(one.hold.p95)} / ${figure(one.hold.p99)}`,
    figure(one.mapDelayP99),
    `${(one.errorRate * 100).toFixed(2)} %`,
    `${figure(one.buyers)} / ${figure(one.seats)}`,
    `${one.machine}, ${one.commit ?? '–'}, ${one.startedAt.slice(0, 16)}`,
  ]);
  const columns = [
    ...(['backEnds', 'oversold', 'purchasesPerSecond', 'requestsPerSecond', 'holdSpread'] as const),
    ...(['mapDelayP99', 'errorRate', 'buyersAndSeats', 'machineAndCommit'] as const),
  ];
  return `<section>${say('h2', 'comparison')}${say('p', 'comparisonHow')}${table({ columns, rows })}</section>`;
}
