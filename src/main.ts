#!/usr/bin/env -S node --max-semi-space-size=64
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Config, type Environment, readConfig } from './config.ts';
import { Unavailable } from './core/unavailable.ts';
import { VERSION } from './version.ts';

/** Each is loaded only when it is called: the server shall not carry the load generator in its memory. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand(configOrExit),
  seed: async () => (await import('./demo/command.ts')).seedCommand(configOrExit),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(configOrExit),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(configOrExit),
  rush: async () => (await import('./proof/rush/command.ts')).rushCommand(),
  simulate: async () => (await import('./proof/simulate/command.ts')).simulateCommand(),
  verify: async () => (await import('./proof/verify/command.ts')).verifyCommand(configOrExit),
  'verify-shuffle': async () => (await import('./proof/verify-shuffle.ts')).verifyShuffleCommand(),
  token: async () => (await import('./commands/token.ts')).tokenCommand(configOrExit),
  bench: async () => (await import('./proof/bench/command.ts')).benchCommand(),
};

await orExplain(async () => {
  const program = new Command('onrush')
    .description('sells a hall when everybody comes at once')
    .version(VERSION)
    .enablePositionalOptions();
  const called = COMMANDS[process.argv[2] ?? ''];
  for (const load of called ? [called] : Object.values(COMMANDS)) program.addCommand(await load());
  await program.parseAsync();
});

/** `given` on the command line comes before the environment. */
function configOrExit(given: Environment = {}): Config {
  const read = readConfig({ ...process.env, ...given }, readIfThere);
  if ('config' in read) return read.config;
  for (const error of read.errors) console.error(error);
  process.exit(2);
}

/** An operator's mistake, or a machine's, ends in one sentence; a defect in a stack trace. */
async function orExplain<R>(start: () => Promise<R>): Promise<R> {
  try {
    return await start();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') console.error(`${message}: set PORT to a free one`);
    else if (error instanceof Unavailable || code === 'EACCES' || code === 'EADDRNOTAVAIL')
      console.error(message);
    else throw error;
    process.exit(1);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
