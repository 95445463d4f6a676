import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { prepareOutputs } from '../../output-files.ts';
import { describeMachine } from '../../rush/result/machine.ts';
import type { Machine } from '../../rush/result/result.ts';
import { fromOne } from '../../whole-number.ts';
import type { BackEnds } from '../back-ends.ts';
import { machineLine } from '../report.ts';
import { withFolder } from '../servers.ts';
import { type Arena, openArena } from './arena.ts';
import { type Crowd, contest, contestForBest } from './contest.ts';
import { strategiesPicture } from './picture.ts';
import { type ContestResult, unsound } from './result.ts';
import { contestTable } from './table.ts';
import type { Outcome } from './tally.ts';
import { STRATEGIES, WAYS, type Way } from './ways.ts';

interface StrategiesOptions {
  postgres?: string;
  mysql?: string;
  redis?: string;
  buyers: number;
  seats: readonly number[];
  rounds: number;
  pool: number;
  best?: boolean;
  json?: string;
  svg?: string;
}

const DEFAULTS = { buyers: 64, seats: [1_000, 100, 10, 1], rounds: 20, pool: 30 };

/**
 * `onrush bench strategies`: a crowd rushes at fewer and fewer seats, with each way to keep two claims apart, on each
 * back end that is named. In process, without HTTP.
 */
export function strategiesCommand(): Command {
  return new Command('strategies')
    .description('claim strategies under rising contention, beside ways that give seats twice')
    .option('--postgres <url>', 'a PostgreSQL database of its own, which it fills')
    .option('--mysql <url>', 'a MySQL or MariaDB database of its own, which it fills')
    .option('--redis <url>', 'a Redis of its own: locks and atomic claims are on it, beside each server')
    .option('--buyers <count>', 'who ask at the same moment', fromOne, DEFAULTS.buyers)
    .option('--seats <counts>', 'seats they fight for, one contest for each', counts, DEFAULTS.seats)
    .option('--rounds <count>', 'of each contest', fromOne, DEFAULTS.rounds)
    .option('--pool <count>', 'connections to a ledger on a server', fromOne, DEFAULTS.pool)
    .option('--best', 'each wants the best seat there is, by the strategies alone')
    .option('--json <file>', 'write the figures as JSON')
    .option('--svg <file>', 'draw them')
    .action(benchStrategies);
}

async function benchStrategies(options: StrategiesOptions, command: Command): Promise<void> {
  const trouble = prepareOutputs([options.json, options.svg]);
  if (trouble !== undefined) command.error(`error: ${trouble}`);
  const machine = await describeMachine();
  console.log(machineLine(machine));
  const results: ContestResult[] = [];
  for (const backEnds of arenasOf(options)) {
    const found = await withFolder((folder) => contestsOn({ ...backEnds, folder }, options));
    const [first] = found;
    if (first) console.log(`\n${first.backEnds}, ${options.buyers} buyers\n${contestTable(found)}`);
    results.push(...found);
  }
  keep(options, machine, results);
  for (const result of unsound(results)) {
    console.error(`${result.way} on ${result.backEnds} gave ${result.seatsTwice} seats twice`);
    process.exitCode = 1;
  }
}

/**
 * SQLite in one process always, and each server that is named, with the Redis where there is one: that is how several
 * nodes run.
 */
function arenasOf({ postgres, mysql, redis }: StrategiesOptions): BackEnds[] {
  const servers = [postgres, mysql].filter((database) => database !== undefined);
  const shared = redis === undefined ? {} : { redis };
  if (servers.length === 0 && redis !== undefined) return [{}, shared];
  return [{}, ...servers.map((database) => ({ database, ...shared }))];
}

async function contestsOn(
  backEnds: BackEnds & { folder: string },
  { buyers, seats, rounds, pool, best }: StrategiesOptions,
): Promise<ContestResult[]> {
  const arena = await openArena({ ...backEnds, pool });
  const contests = contestsOf(best ? 'the best seat' : 'any seat');
  try {
    const results: ContestResult[] = [];
    for (const { hold } of contests) await hold(arena, warmUp(buyers));
    for (const count of seats) {
      for (const { way, hold } of contests) {
        const outcome = await hold(arena, { buyers, seats: count, rounds });
        results.push({
          backEnds: arena.name,
          way,
          seats: count,
          ...outcome,
          load: loadavg()[0] ?? Number.NaN,
        });
      }
    }
    return results;
  } finally {
    await arena.close();
  }
}

interface Contest {
  way: Way;
  hold(arena: Arena, crowd: Crowd): Promise<Outcome>;
}

function contestsOf(wanted: 'any seat' | 'the best seat'): Contest[] {
  if (wanted === 'any seat')
    return WAYS.map((way) => ({ way, hold: (arena, crowd) => contest(arena, way, crowd) }));
  return STRATEGIES.map((way) => ({ way, hold: (arena, crowd) => contestForBest(arena, way, crowd) }));
}

/** Connections, compiled code and prepared statements are there before anything counts. */
function warmUp(buyers: number) {
  return { buyers, seats: 2 * buyers, rounds: 2 };
}

function keep(options: StrategiesOptions, machine: Machine, results: readonly ContestResult[]): void {
  const { json, svg, buyers, rounds, pool } = options;
  if (json !== undefined) {
    const record = { machine, options: { buyers, rounds, pool }, results };
    writeFileSync(json, `${JSON.stringify(record, undefined, 2)}\n`);
  }
  if (svg !== undefined) writeFileSync(svg, strategiesPicture(results, buyers));
}

function counts(text: string): number[] {
  return text.split(',').map((item) => fromOne(item.trim()));
}
