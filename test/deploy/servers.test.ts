import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { kafkaServer } from '../backends/servers/kafka.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { type Program, startProgram } from '../system/program.ts';
import { buy, openSale } from '../system/sale.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const REDIS = process.env.REDIS_SERVER_PATH ?? '/usr/bin/redis-server';

async function sells(program: Program): Promise<void> {
  const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
  const { status } = await buy(clientOf(program), 'ann', eventId, seatIds);
  expect(status).toBe('CONFIRMED');
}

/** Whoever starts something hands its end back; the ends come in reverse order, whatever happened. */
async function inTurn(steps: (ends: (() => Promise<unknown>)[]) => Promise<void>): Promise<void> {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    await steps(ends);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function sellsOn(server: DatabaseServer, dialect: 'postgres' | 'mysql'): Promise<void> {
  await inTurn(async (ends) => {
    ends.push(() => server.stop());
    const { user, password, host, port, database } = await server.database();
    const env = { DATABASE_URL: `${dialect}://${user}:${password}@${host}:${port}/${database}` };
    const program = await startProgram({ env });
    ends.push(() => program.stop());
    await sells(program);
  });
}

describe('the servers as deploy/ has them', () => {
  it.runIf(componentPresent('redis'))('redis.conf: the program starts on it and sells', () =>
    inTurn(async (ends) => {
      const folder = mkdtempSync(join(tmpdir(), 'onrush-redis-'));
      ends.push(async () => rmSync(folder, { recursive: true, force: true }));
      const port = String(await freePort());
      const file = join(folder, 'redis.conf');
      const text = readFileSync(`${DEPLOY}/redis/redis.conf`, 'utf8');
      writeFileSync(file, text.replace('dir /data', `dir ${folder}`).replace(/^bind .*$/m, 'bind 127.0.0.1'));
      // As compose.cluster.yml calls it, on a port of its own.
      const redis = spawn(REDIS, [file, '--requirepass', 'of-the-test', '--port', port], { stdio: 'ignore' });
      ends.push(async () => {
        if (redis.exitCode !== null) throw new Error(`Redis ended with ${redis.exitCode}`);
        const ended = once(redis, 'exit');
        redis.kill('SIGTERM');
        await ended;
      });
      const program = await startProgram({ env: { REDIS_URL: `redis://:of-the-test@127.0.0.1:${port}` } });
      ends.push(() => program.stop());
      await sells(program);
    }),
  );

  it.runIf(componentPresent('postgres'))('postgresql.conf: the program starts on it and sells', async () => {
    await sellsOn(await postgresServer('durable', `${DEPLOY}/postgres/postgresql.conf`), 'postgres');
  });

  it.runIf(componentPresent('mariadb'))('onrush.cnf: the program starts on it and sells', async () => {
    await sellsOn(await mariadbServer('durable', `${DEPLOY}/mysql/onrush.cnf`), 'mysql');
  });

  it.runIf(componentPresent('kafka'))('server.properties: Kafka formats its folder and starts', () =>
    inTurn(async (ends) => {
      const lines = readFileSync(`${DEPLOY}/kafka/server.properties`, 'utf8').matchAll(/^([\w.]+)=(.*)$/gm);
      const addresses = ['controller.quorum.voters', 'listeners', 'advertised.listeners', 'log.dirs'];
      const settings = [...lines].map(([, name = '', value = '']) => [name, value] as const);
      const own = settings.filter(([name]) => !addresses.includes(name));
      expect(settings.length - own.length).toBe(addresses.length);
      const kafka = await kafkaServer(Object.fromEntries(own));
      ends.push(() => kafka.stop());
      expect(kafka.broker).toMatch(/:\d+$/);
    }),
  );
});
