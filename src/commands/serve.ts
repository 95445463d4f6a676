import { Command } from 'commander';
import type { Config, Environment } from '../config.ts';
import { ROLES } from '../roles.ts';
import { type RunningServer, serve } from '../serve.ts';

/** `onrush serve`: says where everything is, and stops in order on SIGTERM or SIGINT. */
export function serveCommand(config: (given?: Environment) => Config): Command {
  return new Command('serve')
    .description('run the program, whole or in parts; it is configured by the environment, see .env.example')
    .option('--roles <roles>', `the parts that this process is: some of ${ROLES.join(',')}; without it, all`)
    .action(async ({ roles }: { roles?: string }) => {
      const server = await serve(config(roles === undefined ? {} : { ROLES: roles }));
      announce(server);
      stopOnSignal(server);
    });
}

function announce({ url, operatorUrl, adminToken, seeded, hasPages }: RunningServer): void {
  if (hasPages) console.log(`shop       ${url}/`);
  console.log(`API docs   ${url}/docs   (also ${url}/redoc and ${url}/openapi.json)`);
  if (new URL(url).hostname === '127.0.0.1' || new URL(url).hostname === 'localhost') {
    console.log(`organiser  X-Token: ${adminToken}`);
  }
  if (operatorUrl) console.log(`metrics    ${operatorUrl}/metrics`);
  if (seeded) console.log('seeded     the demo events');
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
