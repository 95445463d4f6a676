import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { dashboardFiles } from '../../../scripts/make-dashboards.mjs';
import type { RushReport } from '../../../src/proof/rush/result/result.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
const ALERTS = read('deploy/prometheus/alerts.yml');

it('the dashboards are what scripts/make-dashboards.mjs makes', () => {
  const made = dashboardFiles();
  const folder = 'deploy/grafana/dashboards';
  expect(readdirSync(folder).sort()).toEqual(Object.keys(made).sort());
  for (const [file, text] of Object.entries(made)) expect(read(`${folder}/${file}`), file).toBe(text);
});

it('every alert is tried on a bad night, and on a good one', () => {
  const tried = read('deploy/prometheus/alerts.test.yml');
  const names = namesIn(ALERTS, /- alert: (\w+)/g).sort();
  expect(names.length).toBeGreaterThan(20);
  expect([...new Set(namesIn(tried, /- alertname: (\w+)\n/g))].sort()).toEqual(names);
  const [, goodNight = ''] = /name: a good night([\s\S]*?)\n {2}- name:/.exec(tried) ?? [];
  expect(namesIn(goodNight, /alertname: (\w+)/g).sort()).toEqual(names);
});

it('every alert links to a part of the runbook', () => {
  const parts = namesIn(read('docs/runbook.md'), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = namesIn(ALERTS, /runbook\.md#([\w-]+)/g);
  expect(links.length).toBe(namesIn(ALERTS, /- alert: (\w+)/g).length);
  expect(links.filter((link) => !parts.includes(link))).toEqual([]);
});

it('every page of docs/ that is linked to is there', () => {
  const pages = readdirSync('docs').filter((file) => file.endsWith('.md'));
  const broken = [...pages, 'report/README.md'].flatMap((page) =>
    namesIn(read(`docs/${page}`), /\]\(([\w/-]+\.(?:md|html|json))(?:#[\w-]+)?\)/g)
      .filter((link) => !existsSync(join('docs', dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

it('the report that is linked to is one of a sell-out, small enough to be read, and says how it ended', () => {
  for (const name of ['one-process', 'one-process-waiting-room']) {
    const report = JSON.parse(read(`docs/report/${name}.json`)) as RushReport;
    expect(report).toMatchObject({
      tool: 'onrush rush',
      buyers: 100_000,
      proof: { server: { total: 10_000 } },
    });
    expect(report.options.admission).toBe(name.endsWith('waiting-room') ? 'waiting_room' : 'open');
    expect(report.goals.map((goal) => goal.name)).toEqual(['oversold', 'errorRate', 'requestP95', 'lasted']);
    const page = read(`docs/report/${name}.html`);
    expect(page.length).toBeLessThan(1_500_000);
    for (const text of ['Held against the goals', '목표 대비 결과', report.startedAt])
      expect(page).toContain(text);
  }
});
