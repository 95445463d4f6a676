/** `npm run kill -- --cycles 100`: proves with SIGKILL that what was acknowledged survives. Exits 1 when it does not. */
import { rmSync } from 'node:fs';
import { Command, Option } from 'commander';
import { fromOne, wholeNumber } from '../../src/proof/whole-number.ts';
import { audited } from './audited.ts';
import { killableProgram } from './kill/killable.ts';
import { killLoop, verdict } from './kill/loop.ts';
import { mixedLoop, mixedVerdict } from './kill/mixed-loop.ts';

interface Given {
  cycles: number;
  buyers: number;
  seed: number;
  load: 'sale' | 'mixed';
}

const loads = new Option('--load <kind>', 'who comes: `sale` buys; `mixed` also queues, waits and passes on');

await new Command('kill-loop')
  .description('kills the program under load again and again and checks that nothing acknowledged is lost')
  .option('--cycles <number>', 'how often to kill', fromOne, 100)
  .option('--buyers <number>', 'how many buy at the same time', fromOne, 24)
  .option(
    '--seed <number>',
    'what the buyers want and when the kills come',
    wholeNumber,
    Date.now() % 1_000_000,
  )
  .addOption(loads.choices(['sale', 'mixed']).default('sale'))
  .action(async (given: Given) => {
    console.log(`seed ${given.seed}`);
    const { faults, sentence } = given.load === 'sale' ? await ofSale(given) : await ofAll(given);
    for (const fault of faults.slice(0, 50)) console.log(`- ${fault}`);
    console.log(sentence);
    process.exit(faults.length === 0 ? 0 : 1);
  })
  .parseAsync();

async function ofSale(given: Given) {
  const result = await killLoop({ ...given, onCycle: onCycle(given) });
  return { faults: result.faults, sentence: verdict(result) };
}

async function ofAll({ buyers, ...given }: Given) {
  const { victim, dataDir, stop } = killableProgram();
  try {
    const visitors = Math.ceil(buyers / 4);
    const result = await mixedLoop(victim, { ...given, visitors, onCycle: onCycle(given) });
    await stop();
    const faults = [...result.faults, ...(await audited(dataDir)).faults];
    return { faults, sentence: mixedVerdict({ ...result, faults }) };
  } finally {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function onCycle({ cycles }: Pick<Given, 'cycles'>) {
  return (cycle: number) => {
    if (cycle % 10 === 0) console.log(`killed ${cycle} of ${cycles} times`);
  };
}
