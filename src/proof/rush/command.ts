import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../whole-number.ts';
import { DEFAULTS, type RushOptions, RushRefused } from './options.ts';
import { runRush } from './rush.ts';
import { describeReport } from './summary.ts';

/**
 * `onrush rush`: exit code 0 when nothing was sold twice and errors stayed under the limit, 1 when not, 2 when it could
 * not begin.
 */
export function rushCommand(): Command {
  return new Command('rush')
    .description('send a crowd of virtual buyers to a running server, and prove that no seat was sold twice')
    .option('--url <url>', 'the server, on this machine', DEFAULTS.url)
    .option('--buyers <count>', 'virtual buyers', wholeNumber, DEFAULTS.buyers)
    .option('--seats <count>', 'seats of the hall it makes for itself', wholeNumber, DEFAULTS.seats)
    .option('--event <id>', 'use this event, already on sale, instead', wholeNumber)
    .addOption(
      new Option('--admission <way>', 'how buyers come into the event that it makes')
        .choices(['open', 'waiting_room'])
        .default(DEFAULTS.admission),
    )
    .option('--rate <count>', 'people whom the waiting room lets in, a second', wholeNumber, DEFAULTS.rate)
    .option('--token <token>', "the organiser's token (X-Token)")
    .option(
      '--seconds <count>',
      'window in which the buyers arrive: a burst, then decay',
      wholeNumber,
      DEFAULTS.seconds,
    )
    .option('--watchers <count>', 'WebSocket clients of the live map', wholeNumber, DEFAULTS.watchers)
    .addOption(partyOption())
    .option('--workers <count>', 'threads that play buyers', wholeNumber, DEFAULTS.workers)
    .option('--connections <count>', 'open connections over all workers', wholeNumber, DEFAULTS.connections)
    .option('--seed <number>', 'same seed, same arrivals and choices', wholeNumber, DEFAULTS.seed)
    .option('--report <file>', 'write the report as a page', 'reports/rush.html')
    .option('--json <file>', 'write the report as JSON', 'reports/rush.json')
    .option('--label <name>', 'what is rushed, such as "PostgreSQL + Redis"; else what the server names')
    .option('--compare <files...>', 'JSON of other rushes, to stand beside this one in the report')
    .action(async (options: RushOptions) => {
      process.exitCode = await rushFromTerminal(options);
    });
}

async function rushFromTerminal(options: RushOptions): Promise<number> {
  try {
    const report = await runRush(options);
    console.log(describeReport(report));
    if (options.report !== undefined) console.log(`report: ${options.report}`);
    return report.verdict.passed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RushRefused)) throw error;
    console.error(error.message);
    return 2;
  }
}

function partyOption(): Option {
  const { from, to } = DEFAULTS.party;
  return new Option('--party <range>', 'seats a buyer wants, like 2 or 1-4')
    .argParser(range)
    .default(DEFAULTS.party, `${from}-${to}`);
}

function range(text: string): RushOptions['party'] {
  const parts = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text);
  if (!parts) throw new InvalidArgumentError('a number or a range like 1-4 is needed.');
  return { from: Number(parts[1]), to: Number(parts[2] ?? parts[1]) };
}
