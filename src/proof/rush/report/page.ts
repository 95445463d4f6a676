import type { RushReport } from '../result/result.ts';
import { escaped, figure, say, table } from './markup.ts';
import type { Phrase, PhraseName } from './phrases.ts';
import { serverPlots } from './server-plots.ts';
import { endingsPlot, latencyByStep, propagationPlot } from './spread-plots.ts';
import { LANGUAGE_SCRIPT, STYLE } from './style.ts';
import { bottleneckSummary, comparisonTable, failureClasses, goalTable, lineSummary } from './summaries.ts';
import { timePlots } from './time-plots.ts';

/** The report as one HTML file that needs nothing from anywhere: no font, no script, no picture from outside. */
export function renderPage(report: RushReport): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Onrush: ${escaped(figure(report.buyers))} buyers, ${escaped(figure(report.proof.server.total))} seats</title>
<style>${STYLE}</style></head>
<body class="${report.verdict.passed ? 'passed' : 'failed'}">
<header class="bar-top"><span><strong>Onrush</strong> · ${say('span', 'title')}</span>${say('button', 'otherLanguage', 'id="language" type="button"')}</header>
<main>
${verdict(report)}
${strip(report)}
${goalTable(report)}
${lineSummary(report)}
${bottleneckSummary(report)}
${comparisonTable(report)}
<section>${say('h2', 'overTime')}${say('p', 'overTimeHow')}<div class="multiples">${timePlots(report)}${serverPlots(report)}</div></section>
<section>${say('h2', 'inDetail')}<div class="multiples">
${latencyByStep(report)}${propagationPlot(report)}
${endingsPlot(report)}<div>${failureClasses(report)}${codes('refusals', 'refusalsHow', report.refusals)}${codes('errors', 'errorsHow', report.errors)}</div>
</div></section>
${conditions(report)}
</main>
<script>${LANGUAGE_SCRIPT}</script>
</body></html>
`;
}

function verdict({ verdict: { passed, reasons }, proof }: RushReport): string {
  const oversold = proof.clients.oversold + proof.server.oversold;
  const sentence = oversold > 0 ? 'soldTwice' : passed ? 'soldOnce' : 'unproven';
  const list = reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('');
  return `<div class="verdict">${say('span', passed ? 'passed' : 'failed', 'class="stamp"')}${say('h1', sentence)}</div>
${passed ? '' : `<div class="reasons">${say('h2', 'reasons')}<ul>${list}</ul></div>`}
<div class="proofs">
${proofCard('byClients', 'byClientsHow', [
  ['oversold', proof.clients.oversold],
  ['confirmations', proof.clients.confirmations],
  ['records', proof.clients.records],
])}
${proofCard('byServer', 'byServerHow', [
  ['oversold', proof.server.oversold],
  ['confirmedSeats', proof.server.confirmedSeats],
  ['bookedSeats', proof.server.booked],
])}
</div>`;
}

function proofCard(title: PhraseName, how: PhraseName, facts: [PhraseName, number][]): string {
  const broken = (facts[0]?.[1] ?? 0) > 0 ? ' broken' : '';
  return `<article class="proof${broken}">${say('h2', title)}${say('p', how)}${list(facts)}</article>`;
}

function strip(report: RushReport): string {
  const { server } = report.proof;
  return list(
    [
      ['seatsSold', `${figure(server.booked)} / ${figure(server.total)}`],
      ['buyers', report.buyers],
      ['purchases', report.purchases],
      ['requests', report.requests],
      ['requestP95', `${figure(report.latencyMillis.request.p95)} ms`],
      ['errorRate', `${(report.errorRate * 100).toFixed(2)} %`],
      ['lasted', report.lastedSeconds],
    ],
    'strip',
  );
}

function codes(title: PhraseName, how: PhraseName, counts: Record<string, number>): string {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const heading = say('figcaption', title);
  const body = rows.length === 0 ? say('p', 'none') : table({ columns: ['code', 'count'], rows });
  return `<figure class="plot codes">${heading}${say('p', how, 'class="how"')}${body}</figure>`;
}

function conditions(report: RushReport): string {
  const { machine, options, generator, propagation } = report;
  const { party } = options;
  return `<section>${say('h2', 'conditions')}${list(
    [
      ['backEnds', report.label],
      ['machine', `${machine.cores} × ${machine.cpu}`],
      ['load', machine.loadPerCore],
      ['memory', `${machine.memoryGigabytes} GB`],
      ['system', `${machine.system}, Node ${machine.node}`],
      ['commit', machine.commit ?? '–'],
      ['started', report.startedAt],
      ['event', String(report.eventId)],
      ['buyers', report.buyers],
      ['seats', report.proof.server.total],
      ['window', options.seconds],
      ['admission', admissionOf(report)],
      ['party', `${party.from}–${party.to}`],
      ['seed', String(options.seed)],
      ['threads', `${generator.workers}, ${generator.connections}`],
      ['watchers', propagation.watchers],
      ['frames', propagation.frames],
      ['lostWatchers', propagation.lostWatchers],
      ['generatorLag', generator.loopDelayMillisP99],
    ],
    'conditions',
  )}</section>`;
}

function admissionOf({ line }: RushReport): string {
  return line === null ? 'open' : `waiting_room, ${line.ratePerSecond ?? '–'}/s`;
}

function list(facts: [PhraseName | Phrase, string | number][], style = 'facts'): string {
  const rows = facts.map(
    ([name, value]) =>
      `<div>${say('dt', name)}<dd>${escaped(typeof value === 'number' ? figure(value) : value)}</dd></div>`,
  );
  return `<dl class="${style}">${rows.join('')}</dl>`;
}
