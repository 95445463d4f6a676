import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { describeMachine } from '../rush/machine.ts';
import { benchHold, benchPurchase } from './against-no-op.ts';
import { benchBroadcast } from './broadcast.ts';
import type { Finding } from './finding.ts';
import { benchMap } from './map.ts';
import { serveNoOp } from './no-op.ts';
import { type BenchOptions, DEFAULTS } from './options.ts';
import { busyLine, findingsTable, machineLine } from './report.ts';
import { benchScale } from './scale.ts';
import { benchStart } from './start.ts';

const BENCHES: Record<string, (options: BenchOptions) => Promise<Finding[]>> = {
  hold: benchHold,
  purchase: benchPurchase,
  scale: benchScale,
  start: benchStart,
  broadcast: benchBroadcast,
  map: benchMap,
};

/** More than this share of the cores busy beforehand, and the figures say more about the neighbours. */
const QUIET_SHARE = 0.25;

/** `onrush bench [name]`: measures, and says which goals of docs/performance.md are met. Starts its own servers. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure this program against a server that does nothing, on this machine, in one run')
    .addArgument(new Argument('[name]', 'one of them instead of all').choices(Object.keys(BENCHES)))
    .option('--rounds <count>', 'turns of both servers; figures are medians', wholeNumber, DEFAULTS.rounds)
    .option('--seconds <count>', 'length of a turn', wholeNumber, DEFAULTS.seconds)
    .option('--connections <count>', 'connections of the load', wholeNumber, DEFAULTS.connections)
    .option('--sockets <count>', 'clients of the broadcast', wholeNumber, DEFAULTS.sockets)
    .option('--json <file>', 'write the figures as JSON')
    .option('--svg <file>', 'draw how the cost grows')
    .option('--profile <folder>', 'leave processor profiles of the measured server')
    .action(bench)
    .addCommand(noOpCommand(), { hidden: true });
}

async function bench(name: string | undefined, options: BenchOptions): Promise<void> {
  const machine = await describeMachine();
  const [loadBefore = 0] = loadavg();
  console.log(machineLine(machine));
  if (loadBefore > cpus().length * QUIET_SHARE) console.log(busyLine(loadBefore));
  const findings: Finding[] = [];
  for (const [each, measure] of Object.entries(BENCHES)) {
    if (name !== undefined && name !== each) continue;
    const found = await measure(options);
    console.log(`\n${each}\n${findingsTable(found)}`);
    findings.push(...found);
  }
  if (options.json === undefined) return;
  const { rounds, seconds, connections, sockets } = options;
  const record = { machine, loadBefore, options: { rounds, seconds, connections, sockets }, findings };
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The other server of the comparison, started by the bench itself. */
function noOpCommand(): Command {
  return new Command('no-op').action(() => serveNoOp(wholeNumber(process.env.PORT ?? '0')));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
