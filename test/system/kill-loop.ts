/** `npm run kill -- --cycles 100`: proves with SIGKILL that what was acknowledged survives. Exits 1 when it does not. */
import { Command, InvalidArgumentError } from 'commander';
import { killLoop, verdict } from './kill/loop.ts';

const whole = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
};

await new Command('kill-loop')
  .description('kills the program under load again and again and checks that nothing acknowledged is lost')
  .option('--cycles <number>', 'how often to kill', whole, 100)
  .option('--buyers <number>', 'how many buy at the same time', whole, 24)
  .option('--seed <number>', 'what the buyers want and when the kills come', whole, Date.now() % 1_000_000)
  .action(async ({ cycles, buyers, seed }: { cycles: number; buyers: number; seed: number }) => {
    console.log(`seed ${seed}`);
    const onCycle = (cycle: number) => {
      if (cycle % 10 === 0) console.log(`killed ${cycle} of ${cycles} times`);
    };
    const result = await killLoop({ cycles, buyers, seed, onCycle });
    for (const fault of result.faults.slice(0, 50)) console.log(`- ${fault}`);
    console.log(verdict(result));
    process.exit(result.faults.length === 0 ? 0 : 1);
  })
  .parseAsync();
