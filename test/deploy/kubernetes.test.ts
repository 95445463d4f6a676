import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/settings.ts';
import { componentPresent } from '../backends/registry.ts';
import { toolAt } from '../backends/tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHART = 'deploy/helm/onrush';

/** What `go install` builds believes in an old Kubernetes. */
const VERSION = ['--kube-version', '1.30.0'];
const ALL = ['ingress.enabled', 'podMonitor.enabled'].concat(
  ['queueLength', 'p95'].map((metric) => `parts.app.autoscaling.${metric}.enabled`),
);

describe.runIf(componentPresent('helm'))('the chart', () => {
  const helm = (...words: string[]) =>
    execFileSync(toolAt('helm') as string, [...words, ...VERSION], { cwd: ROOT, encoding: 'utf8' });
  const everything = () =>
    helm('template', 'sale', CHART, ...ALL.flatMap((name) => ['--set', `${name}=true`]));

  it('has nothing that lint minds', () => {
    expect(helm('lint', CHART, '--strict')).toContain('0 chart(s) failed');
  });

  it('makes parts, what scales them and keeps them up, and a job for the tables', () => {
    const kinds = [...everything().matchAll(/^kind: (\w+)\nmetadata:\n {2}name: (\S+)/gm)].map(
      ([, kind, name]) => `${kind} ${name}`,
    );
    expect(kinds.sort()).toEqual([
      'Deployment sale-app',
      'Deployment sale-auditor',
      'Deployment sale-payment',
      'HorizontalPodAutoscaler sale-app',
      'Ingress sale',
      'Job sale-migrate',
      'PodDisruptionBudget sale-app',
      'PodDisruptionBudget sale-payment',
      'PodMonitor sale',
      'Service sale-app',
      'Service sale-payment',
    ]);
  });

  it('scales on processor time, on the length of the queue and on p95', () => {
    const text = everything();
    for (const part of ['name: cpu', 'onrush_request_queue_waiting', 'onrush_latency_p95'])
      expect(text).toContain(part);
  });

  it('names its secrets and makes none; sets only what there is to set', () => {
    const text = everything();
    expect(text).not.toMatch(/^kind: Secret$/m);
    const names = [...text.matchAll(/- \{ name: ([A-Z_]+), value:/g)].map(([, name = '']) =>
      name.replace(/_FILE$/, ''),
    );
    expect(names.filter((name) => !(name in SETTINGS))).toEqual([]);
    expect(names).toContain('ADMIN_TOKEN');
  });

  it('gives a part its roles, no rights, and time to drain', () => {
    const text = everything();
    expect(text).toContain('value: "catalog,reservation,order,waiting-room,ticket,worker,web"');
    expect(text.match(/readOnlyRootFilesystem: true/g)).toHaveLength(4);
    expect(text.match(/terminationGracePeriodSeconds: 30/g)).toHaveLength(3);
  });
});

describe.runIf(componentPresent('actionlint'))('the workflows', () => {
  it('have nothing that actionlint minds', () => {
    const words = ['-no-color', '-shellcheck=', '-pyflakes=', '.github/workflows/ci.yml'];
    expect(execFileSync(toolAt('actionlint') as string, words, { cwd: ROOT, encoding: 'utf8' })).toBe('');
  });
});
