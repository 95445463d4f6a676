import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { SETTINGS } from '../../src/settings.ts';
import { componentPresent } from '../backends/registry.ts';
import { toolAt } from '../backends/tools.ts';
import { ROOT } from './image-tree.ts';
import { CLUSTER, isOurs, rendered } from './rendered.ts';

describe.runIf(componentPresent('docker-compose'))('the compose files', () => {
  const files = {
    'docker-compose.yml': () => rendered('docker-compose.yml'),
    'deploy/compose.yml': () => rendered('deploy/compose.yml'),
    'cluster on PostgreSQL': () => rendered(...CLUSTER, 'deploy/postgres.env'),
    'cluster on MySQL': () => rendered(...CLUSTER, 'deploy/mysql.env'),
  };

  it.each(Object.entries(files))('%s is understood, and every image has a version', (_, read) => {
    const services = Object.values(read());
    expect(services.length).toBeGreaterThan(0);
    for (const service of services) if (!isOurs(service)) expect(service.image).toMatch(/:v?\d+\.?\d*/);
  });

  it('keep the habit: mysql and redis, on loopback, at their own ports', () => {
    const services = rendered('docker-compose.yml');
    expect(services.mysql?.ports).toMatchObject([{ host_ip: '127.0.0.1', published: '3306', target: 3306 }]);
    expect(services.redis?.ports).toMatchObject([{ host_ip: '127.0.0.1', published: '6379', target: 6379 }]);
  });

  it('give our containers no rights, and nothing to write to', () => {
    const ours = [...Object.values(files)].flatMap((read) => Object.values(read()).filter(isOurs));
    expect(ours.length).toBeGreaterThan(3);
    for (const service of ours) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('set only what there is to set', () => {
    const known = new Set([...Object.keys(SETTINGS), ...Object.keys(SETTINGS).map((name) => `${name}_FILE`)]);
    for (const read of Object.values(files)) {
      for (const service of Object.values(read()).filter(isOurs)) {
        const set = Object.keys(service.environment ?? {});
        expect(set.filter((name) => !known.has(name))).toEqual([]);
      }
    }
  });

  it('say nothing that the program would refuse: with the secrets that make-secrets.mjs makes', () => {
    const secrets = mkdtempSync(join(tmpdir(), 'onrush-secrets-'));
    execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs'), secrets], { stdio: 'ignore' });
    const readFile = (path: string) =>
      path.startsWith('/run/secrets/')
        ? readFileSync(path.replace('/run/secrets', secrets), 'utf8')
        : undefined;
    const image = { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '8000', DATA_DIR: '/data' };
    for (const read of Object.values(files)) {
      for (const [name, service] of Object.entries(read())) {
        if (!isOurs(service)) continue;
        const given = Object.entries({ ...image, ...service.environment });
        const env = Object.fromEntries(given.map(([setting, value]) => [setting, value ?? '']));
        expect(readConfig(env, readFile), name).not.toHaveProperty('errors');
        const files = given.flatMap(([setting, value]) =>
          setting.endsWith('_FILE') ? [value?.split('/').at(-1)] : [],
        );
        expect(service.secrets?.map(({ source }) => source) ?? [], name).toEqual(
          expect.arrayContaining(files),
        );
      }
    }
    rmSync(secrets, { recursive: true });
  });

  it('publish nothing but nginx to strangers', () => {
    for (const read of Object.values(files)) {
      const open = Object.entries(read()).flatMap(([name, { ports = [] }]) =>
        ports.filter(({ host_ip }) => host_ip !== '127.0.0.1').map(() => name),
      );
      expect(new Set(open).size === 0 || [...new Set(open)].join() === 'nginx').toBe(true);
    }
  });

  it('start a node of the cluster when its tables, Redis and Kafka are there', () => {
    const { app } = rendered(...CLUSTER, 'deploy/postgres.env');
    expect(app?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
      kafka: { condition: 'service_healthy' },
    });
  });

  it('ask for a ledger by name', () => {
    const compose = toolAt('docker-compose') as string;
    const { status, stderr } = spawnSync(compose, ['-f', CLUSTER[0], 'config', '-q'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('--env-file deploy/postgres.env');
  });
});
