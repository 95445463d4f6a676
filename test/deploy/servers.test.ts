import { describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { kafkaServer } from '../backends/servers/kafka.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { type Program, startProgram } from '../system/program.ts';
import { buy, openSale } from '../system/sale.ts';
import { DEPLOY } from './as-composed.ts';
import { redisAsComposed } from './redis-as-composed.ts';

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
      const redis = await redisAsComposed('of-the-test');
      ends.push(() => redis.stop());
      const program = await startProgram({
        env: { REDIS_URL: `redis://:of-the-test@127.0.0.1:${redis.port}` },
      });
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

  it.runIf(componentPresent('kafka'))(
    'server.properties: the program starts on it, makes its topics, and sells',
    () =>
      inTurn(async (ends) => {
        const kafka = await kafkaServer({ configuration: `${DEPLOY}/kafka/server.properties` });
        ends.push(() => kafka.stop());
        const env = { EVENT_BUS: 'kafka', QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: kafka.broker };
        const program = await startProgram({ env });
        ends.push(() => program.stop());
        await sells(program);
      }),
  );
});
