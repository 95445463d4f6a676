import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { Argument, Command } from 'commander';
import { prepareOutputs } from '../output-files.ts';
import { describeMachine } from '../rush/result/machine.ts';
import { fromOne, wholeNumber } from '../whole-number.ts';
import { benchHold, benchPurchase } from './against-no-op.ts';
import { atTheEnd } from './at-the-end.ts';
import { benchBroadcast } from './broadcast.ts';
import type { Finding } from './finding.ts';
import { benchMap } from './map.ts';
import { serveNoOp } from './no-op.ts';
import { type BenchOptions, DEFAULTS } from './options.ts';
import { benchRelay } from './relay.ts';
import { busyLine, findingsTable, machineLine } from './report.ts';
import { benchRequestQueue } from './request-queue.ts';
import { benchScale } from './scale.ts';
import { benchStart } from './start.ts';
import { strategiesCommand } from './strategies/command.ts';
import { benchWaitingRoom } from './waiting-room/command.ts';

const BENCHES: Record<string, (options: BenchOptions) => Promise<Finding[]>> = {
  hold: benchHold,
  purchase: benchPurchase,
  relay: benchRelay,
  'request-queue': benchRequestQueue,
  scale: benchScale,
  start: benchStart,
  broadcast: benchBroadcast,
  map: benchMap,
  'waiting-room': benchWaitingRoom,
};

/** Of which the subject may run on servers that are named; the others are about one machine. */
const ON_BACK_ENDS: readonly string[] = ['hold', 'purchase', 'request-queue', 'waiting-room'];

/** More than this share of the cores busy beforehand, and the figures say more about the neighbours. */
const QUIET_SHARE = 0.25;

/** `onrush bench [name]`: measures, and says which goals of docs/performance.md are met. Starts its own servers. */
export function benchCommand(): Command {
  return (
    new Command('bench')
      .description('measure this program against a server that does nothing, on this machine, in one run')
      .addArgument(new Argument('[name]', 'one of them instead of all').choices(Object.keys(BENCHES)))
      .option('--rounds <count>', 'turns of both servers; figures are medians', fromOne, DEFAULTS.rounds)
      .option('--seconds <count>', 'length of a turn', fromOne, DEFAULTS.seconds)
      .option('--connections <count>', 'connections of the load', fromOne, DEFAULTS.connections)
      .option('--sockets <count>', 'clients of the broadcast', fromOne, DEFAULTS.sockets)
      .option(
        '--database <url>',
        'a database of its own for hold, purchase, request-queue and waiting-room, which they fill',
      )
      .option('--redis <url>', 'a Redis of its own for hold, purchase, request-queue and waiting-room')
      .option('--json <file>', 'write the figures as JSON')
      .option('--svg <file>', 'of scale: draw how the cost grows')
      .option(
        '--profile <folder>',
        'of hold, purchase and map: leave processor profiles of the measured server',
      )
      // `strategies` has options of the same names.
      .enablePositionalOptions()
      .action(toItsEnd)
      .addCommand(strategiesCommand())
      .addCommand(noOpCommand(), { hidden: true })
  );
}

/** Whoever is told to end ends alike from the first moment on, also before there is a server to stop. */
async function toItsEnd(...asked: Parameters<typeof bench>): Promise<void> {
  const forget = atTheEnd(async () => undefined);
  await bench(...asked).finally(forget);
}

async function bench(name: string | undefined, options: BenchOptions, command: Command): Promise<void> {
  const isOnBackEnds = options.database !== undefined || options.redis !== undefined;
  if (isOnBackEnds && name !== undefined && !ON_BACK_ENDS.includes(name))
    command.error(`error: --database and --redis are for ${ON_BACK_ENDS.join(', ')}`);
  const trouble = prepareOutputs([options.json, options.svg]);
  if (trouble !== undefined) command.error(`error: ${trouble}`);
  const machine = await describeMachine();
  const [loadBefore = 0] = loadavg();
  console.log(machineLine(machine));
  if (loadBefore > cpus().length * QUIET_SHARE) console.log(busyLine(loadBefore));
  const findings: Finding[] = [];
  for (const [each, measure] of Object.entries(BENCHES)) {
    if (name !== undefined ? name !== each : isOnBackEnds && !ON_BACK_ENDS.includes(each)) continue;
    const found = await measure(options);
    console.log(
      `\n${each}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at its end\n${findingsTable(found)}`,
    );
    findings.push(...found);
  }
  if (options.json === undefined) return;
  const { rounds, seconds, connections, sockets } = options;
  const record = { machine, loadBefore, options: { rounds, seconds, connections, sockets }, findings };
  writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The other server of the comparison, started by the bench itself. */
function noOpCommand(): Command {
  return new Command('no-op').action(() => serveNoOp(wholeNumber(process.env.PORT ?? '0')));
}
