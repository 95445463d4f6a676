import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { prepareOutputs } from '../output-files.ts';
import { fromOne, wholeNumber } from '../whole-number.ts';
import { Marks } from './marks.ts';
import { type Kept, keepOnly, minimise } from './plan/minimise.ts';
import { type Plan, planOf } from './plan/plan.ts';
import { simulateTwice } from './repeat.ts';
import { describeFailure } from './report.ts';
import { type Outcome, simulate } from './run.ts';
import { readSaved, type SavedPlan } from './saved.ts';

export const DEEDS_PER_SEED = 60;
const MINIMISING_RUNS = 400;
const REPORT_EVERY_SEEDS = 500;

interface Options {
  seed?: number;
  seeds?: number;
  from: number;
  deeds: number;
  nodes?: number;
  keepDeeds?: readonly number[];
  keepFaults?: readonly number[];
  plan?: string;
  save?: string;
  trace?: boolean;
}

/** `onrush simulate`: exit code 0 when every promise held under every seed, 1 when one did not. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'run the whole sale in virtual time, with crashes and faults drawn by a seed, and check every promise',
    )
    .option('--seed <number>', 'one seed, run twice, with a report', wholeNumber)
    .option('--seeds <count>', 'this many seeds, each run twice (default: 1000)', fromOne)
    .option('--from <number>', 'the first of them', wholeNumber, 1)
    .option('--deeds <count>', 'what buyers and organisers do in each', fromOne, DEEDS_PER_SEED)
    .option('--nodes <count>', 'so many nodes on one Redis instead of one process', fromOne)
    .option('--keep-deeds <list>', 'of one seed, only these deeds: 3,17 or none', indices)
    .option('--keep-faults <list>', 'of one seed, only these faults: 0,2 or none', indices)
    .option('--plan <file>', 'a world that was saved, instead of a seed')
    .option('--save <file>', 'of many seeds, write the smallest world that breaks a promise to this file')
    .option('--trace', 'of one seed, print the last events also when all is well')
    .action(async (options: Options, command: Command) => {
      const trouble = prepareOutputs([options.save]);
      if (trouble !== undefined) command.error(`error: ${trouble}`);
      process.exitCode = (await run(options)) ? 0 : 1;
    });
}

function run(options: Options): Promise<boolean> {
  if (options.plan !== undefined) return one(readSaved(options.plan), options);
  return options.seed === undefined ? many(options) : one(planOf(options.seed, options), options);
}

async function one(plan: Plan, options: Options): Promise<boolean> {
  const kept = keptOf(options, plan.deeds.length, plan.faults.length);
  const outcome = await simulateTwice(kept ? keepOnly(plan, kept) : plan);
  if (outcome.violation) {
    console.log(describeFailure(outcome, plan, { deeds: options.deeds, ...(kept && { kept }) }));
    return false;
  }
  if (options.trace) console.log(outcome.last.join('\n'));
  console.log(`seed ${plan.seed}: every promise held over ${outcome.steps} steps (trace ${outcome.hash})`);
  for (const [mark, count] of outcome.marks.counts) console.log(`  ${mark}: ${count}`);
  return true;
}

async function many(options: Options): Promise<boolean> {
  const marks = new Marks();
  const count = options.seeds ?? 1_000;
  let steps = 0;
  for (let done = 1; done <= count; done++) {
    const outcome = await simulateTwice(planOf(options.from + done - 1, options));
    if (outcome.violation) {
      await explain(outcome, options);
      return false;
    }
    marks.addAll(outcome.marks);
    steps += outcome.steps;
    if (done % REPORT_EVERY_SEEDS === 0 && done < count)
      console.log(`${done}/${count} seeds, ${steps} steps`);
  }
  console.log(`${count} seeds, each twice, ${steps} steps: every promise held`);
  const missing = marks.missing(options);
  if (missing.length > 0) console.log(`never met: ${missing.join(', ')}`);
  return true;
}

async function explain(outcome: Outcome, { deeds, save }: Options): Promise<void> {
  const { plan, violation } = outcome;
  console.log(`seed ${plan.seed}: invariant ${violation?.invariant}: ${violation?.message}`);
  console.log('looking for the fewest deeds and faults that break it…');
  const kept = await minimise(plan, violation?.invariant ?? 0, { runsLimit: MINIMISING_RUNS });
  const smallest = await simulate(keepOnly(plan, kept));
  if (save !== undefined && smallest.violation) {
    const saved: SavedPlan = { was: smallest.violation.message, plan: smallest.plan };
    writeFileSync(save, `${JSON.stringify(saved, null, 2)}\n`);
  }
  const shown = smallest.violation ? { outcome: smallest, kept } : { outcome };
  console.log(describeFailure(shown.outcome, plan, { deeds, ...(shown.kept && { kept: shown.kept }) }));
}

function keptOf({ keepDeeds, keepFaults }: Options, deeds: number, faults: number): Kept | undefined {
  if (!keepDeeds && !keepFaults) return undefined;
  return { deeds: keepDeeds ?? range(deeds), faults: keepFaults ?? range(faults) };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function indices(text: string): readonly number[] {
  if (text === 'none') return [];
  if (!/^\d{1,6}(,\d{1,6})*$/.test(text))
    throw new InvalidArgumentError('numbers separated by commas, or none.');
  return text.split(',').map(Number);
}
