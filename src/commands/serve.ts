import { Command } from 'commander';
import type { Config, Environment } from '../config.ts';
import type { Millis } from '../core/clock.ts';
import { ROLES } from '../roles.ts';
import { type RunningServer, serve } from '../serve.ts';

/** `onrush serve`: says where everything is, and stops in order on SIGTERM or SIGINT. */
export function serveCommand(config: (given?: Environment) => Config): Command {
  return new Command('serve')
    .description('run the program, whole or in parts; it is configured by the environment, see .env.example')
    .option('--roles <roles>', `the parts that this process is: some of ${ROLES.join(',')}; without it, all`)
    .option(
      '--with-parent',
      'end with the process that started it: the shell of `npm start` passes no signal on',
    )
    .action(async ({ roles, withParent = false }: { roles?: string; withParent?: boolean }) => {
      const parent = process.ppid;
      const server = await serve(config(roles === undefined ? {} : { ROLES: roles }));
      announce(server);
      const stop = stopOnSignal(server);
      if (withParent) stopWithout(parent, stop);
    });
}

const LOOKS_EVERY: Millis = 500;

function announce({ url, operatorUrl, adminToken, seeded, hasPages }: RunningServer): void {
  if (hasPages) console.log(`shop       ${url}/`);
  console.log(`API docs   ${url}/docs   (also ${url}/redoc and ${url}/openapi.json)`);
  if (new URL(url).hostname === '127.0.0.1' || new URL(url).hostname === 'localhost') {
    console.log(`organiser  X-Token: ${adminToken}`);
  }
  if (operatorUrl) console.log(`metrics    ${operatorUrl}/metrics`);
  if (seeded) console.log('seeded     the demo events');
}

/** Returns what stops it in order, too; the second signal ends it at once. */
function stopOnSignal(server: RunningServer): () => void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stop();
    });
  }
  return stop;
}

/** Nothing tells a process that its parent has ended, but it has another one then. */
function stopWithout(parent: number, stop: () => void): void {
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, LOOKS_EVERY).unref();
}
