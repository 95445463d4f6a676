import { Command } from 'commander';
import type { Config } from './config.ts';
import { type RunningServer, serve } from './serve.ts';

/** `onrush serve`: says where everything is, and stops in order on SIGTERM or SIGINT. */
export function serveCommand(config: () => Config): Command {
  return new Command('serve')
    .description(
      'run the whole program in this process; it is configured by the environment, see .env.example',
    )
    .action(async () => {
      const server = await serve(config());
      announce(server);
      stopOnSignal(server);
    });
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
