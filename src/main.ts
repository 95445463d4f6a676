#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Config, readConfig } from './config.ts';
import { Unavailable } from './core/unavailable.ts';
import { seedCommand } from './demo/command.ts';
import { rushCommand } from './proof/rush/command.ts';
import { type RunningServer, serve } from './serve.ts';
import { VERSION } from './version.ts';

const program = new Command('onrush')
  .description('sells a hall when everybody comes at once')
  .version(VERSION)
  .addCommand(serveCommand())
  .addCommand(seedCommand(configOrExit))
  .addCommand(rushCommand());

await orExplain(() => program.parseAsync());

function serveCommand(): Command {
  return new Command('serve')
    .description(
      'run the whole program in this process; it is configured by the environment, see .env.example',
    )
    .action(async () => {
      const server = await serve(configOrExit());
      announce(server);
      stopOnSignal(server);
    });
}

function configOrExit(): Config {
  const read = readConfig(process.env, readIfThere);
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

function announce({ url, adminToken, seeded, hasPages }: RunningServer): void {
  if (hasPages) console.log(`shop       ${url}/`);
  console.log(`API docs   ${url}/docs   (also ${url}/redoc and ${url}/openapi.json)`);
  if (new URL(url).hostname === '127.0.0.1' || new URL(url).hostname === 'localhost') {
    console.log(`organiser  X-Token: ${adminToken}`);
  }
  if (seeded) console.log('seeded     two demo events');
}

function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
