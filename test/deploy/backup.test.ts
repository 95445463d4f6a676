import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ServerOptions } from '../../src/adapters/sql/ledger/server-options.ts';
import type { BookingView } from '../../src/contract/booking.ts';
import { componentPresent } from '../backends/registry.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { freshFolder, MAIN, type Program, startProgram } from '../system/program.ts';
import { buy, openSale } from '../system/sale.ts';

const SCRIPTS = fileURLToPath(new URL('../../deploy/backup', import.meta.url));
const SEATS = 400;

type Environment = Record<string, string>;

async function onrush(words: readonly string[], env: Environment): Promise<string> {
  const options = { env: { PATH: process.env.PATH ?? '', ...env } };
  return (await promisify(execFile)(process.execPath, [MAIN, ...words], options)).stdout;
}

/** Everything in the ledger that breaks a promise. */
async function findings(env: Environment): Promise<string[]> {
  const said = await onrush(['verify', '--json'], env).catch(({ stdout }: { stdout: string }) => stdout);
  const audit = JSON.parse(said) as { findings: { sentence: string }[] };
  return audit.findings.map(({ sentence }) => sentence);
}

/** Buyers who buy until they are stopped; what was acknowledged is kept. */
async function midSale(program: Program) {
  const sale = await openSale(organiserOf(program), { rows: 4, seatsInRow: SEATS / 4 });
  const bought: { buyer: string; bookingId: number }[] = [];
  const left = [...sale.seatIds];
  let over = false;
  const buyer = async (name: string) => {
    for (let turn = 0; !over; turn++) {
      const seat = left.pop();
      if (seat === undefined) return;
      const { booking_id } = await buy(clientOf(program), `${name}-${turn}`, sale.eventId, [seat]);
      bought.push({ buyer: `${name}-${turn}`, bookingId: booking_id });
    }
  };
  const buyers = Promise.all(['ann', 'bob', 'cid', 'dan'].map(buyer));
  const until = async (count: number) => {
    while (bought.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const stop = async () => {
    over = true;
    await buyers;
  };
  return { ...sale, bought, left, until, stop };
}

interface Ground {
  /** Where the first program keeps its ledger; in its data folder without more. */
  env: Environment;
  /** Makes a backup and puts it where a new program finds it: its settings, and its data folder. */
  copied(dataDir: string): Promise<{ env: Environment; dataDir: string }>;
}

/** Backs up while buyers buy, loses everything, puts it back, and finds whatever had been acknowledged before. */
async function drill({ env, copied }: Ground): Promise<void> {
  const dataDir = freshFolder();
  const program = await startProgram({ env, dataDir });
  const sale = await midSale(program);
  await sale.until(20);
  const acknowledged = [...sale.bought];
  const copy = await copied(dataDir);
  await sale.until(acknowledged.length + 5);
  await sale.stop();
  expect(sale.left.length, 'the hall was sold out before the backup was made').toBeGreaterThan(0);
  await program.kill();
  rmSync(dataDir, { recursive: true, force: true });

  const settings = { ...copy.env, DATA_DIR: copy.dataDir };
  expect(await findings(settings)).toEqual([]);
  const again = await startProgram(copy);
  try {
    await eventually(
      () => findings(settings),
      (found) => found.length === 0,
      { seconds: 90, everyMillis: 1_000 },
    );
    for (const { buyer, bookingId } of acknowledged) {
      const { body } = await clientOf(again).as(buyer).get<BookingView>(`/api/v1/bookings/${bookingId}`);
      expect(body.status).toBe('CONFIRMED');
    }
    await buy(clientOf(again), 'late', sale.eventId, sale.left.slice(-1));
  } finally {
    await again.stop();
    rmSync(copy.dataDir, { recursive: true, force: true });
  }
}

/** With one of the scripts of deploy/backup: `settingsOf` says how they and the program are told of a database. */
async function drillOn(
  server: DatabaseServer,
  { script, settingsOf }: { script: string; settingsOf: (options: ServerOptions) => Environment },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-backup-'));
  const file = join(folder, 'ledger.backup');
  const told = (env: Environment, ...words: string[]) =>
    promisify(execFile)(join(SCRIPTS, script), words, { env: { PATH: process.env.PATH ?? '', ...env } });
  try {
    const env = settingsOf(await server.database());
    const other = settingsOf(await server.database());
    await drill({
      env,
      async copied() {
        await told(env, 'backup', file);
        expect(readdirSync(folder)).toEqual(['ledger.backup']);
        await told(other, 'restore', file);
        return { env: other, dataDir: freshFolder() };
      },
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a backup in mid-sale, put back, is a ledger that keeps every promise', () => {
  it('SQLite, with `onrush backup`', () =>
    drill({
      env: {},
      async copied(dataDir) {
        const copy = join(freshFolder(), 'copy');
        expect(await onrush(['backup', '--to', copy], { DATA_DIR: dataDir })).toContain('is a copy of');
        return { env: {}, dataDir: copy };
      },
    }));

  it.runIf(componentPresent('postgres'))('PostgreSQL, with postgres.sh', async () => {
    const settingsOf = ({ user, password, host, port, database }: ServerOptions) => ({
      DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}`,
    });
    await drillOn(await postgresServer(), { script: 'postgres.sh', settingsOf });
  });

  it.runIf(componentPresent('mariadb'))('MariaDB, with mysql.sh', async () => {
    const settingsOf = ({ user, password, host, port, database }: ServerOptions) => ({
      DB_USER: user,
      DB_PASSWORD: password,
      DB_HOST: host,
      DB_PORT: `${port}`,
      DB_NAME: database,
    });
    await drillOn(await mariadbServer(), { script: 'mysql.sh', settingsOf });
  });
});

describe('onrush backup', () => {
  const refused = (words: readonly string[], env: Environment) =>
    onrush(['backup', ...words], env).then(
      () => 'it was made',
      ({ code, stderr }: { code: number; stderr: string }) => `${code}: ${stderr.trim()}`,
    );

  it('says why it cannot be made', async () => {
    const [empty, full] = [freshFolder(), freshFolder()];
    const program = await startProgram({ dataDir: full });
    await program.stop();
    expect(await refused(['--to', join(empty, 'x')], { DATA_DIR: empty })).toMatch(
      /^1: there is no ledger in/,
    );
    expect(await refused(['--to', full], { DATA_DIR: full })).toMatch(
      /^1: .* is not empty: name a new folder$/,
    );
    const server = { DATA_DIR: full, DATABASE_URL: 'postgres://ann:Pq8x@db.example/sale' };
    expect(await refused(['--to', join(empty, 'y')], server)).toContain('deploy/backup');
    for (const folder of [empty, full]) rmSync(folder, { recursive: true, force: true });
  });
});
