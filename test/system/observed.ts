import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metricsIn } from './exposition.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const read = (path: string) => readFileSync(`${DEPLOY}/${path}`, 'utf8');

interface Panel {
  title: string;
  targets: { expr: string }[];
}

/** The queries of all dashboards, with where they stand. */
export function dashboardQueries(): { at: string; query: string }[] {
  return readdirSync(`${DEPLOY}/grafana/dashboards`).flatMap((file) => {
    const { panels } = JSON.parse(read(`grafana/dashboards/${file}`)) as { panels: Panel[] };
    return panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ at: `${file}: ${title}`, query: expr })),
    );
  });
}

/** The queries of rules and alerts, as they stand in the files: one line each. */
export function ruleQueries(): { at: string; query: string }[] {
  return ['rules.yml', 'alerts.yml'].flatMap((file) =>
    [...read(`prometheus/${file}`).matchAll(/expr: (?:>-\n\s+)?(.+)$/gm)].map(([, query = '']) => ({
      at: file,
      query,
    })),
  );
}

/** Metrics that Prometheus makes itself by our rules, or knows of every target. */
export function recordedMetrics(): Set<string> {
  return new Set([
    'up',
    ...[...read('prometheus/rules.yml').matchAll(/record: (\S+)/g)].map(([, name = '']) => name),
  ]);
}

/** The metrics that dashboards, rules and alerts ask a node for. */
export function metricsAskedFor(): Set<string> {
  const asked = [...dashboardQueries(), ...ruleQueries()].flatMap(({ query }) => metricsIn(query));
  const recorded = recordedMetrics();
  return new Set(asked.filter((name) => !recorded.has(name)));
}
