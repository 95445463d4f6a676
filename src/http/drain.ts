import type { Server } from 'node:http';
import { type Clock, type Millis, pause, SECOND } from '../core/clock.ts';
import type { HttpServer } from './kit.ts';

/** Requests under way have this long to end; a client that never finishes its own is then cut off. */
const DRAIN: Millis = 10 * SECOND;
const LOOK_EVERY: Millis = 100;

/**
 * Says at once that it wants no more requests, takes them for `noticedMillis` all the same, until whoever balances load
 * has noticed; then takes no more, answers those under way, tells streams to come back, and resolves when the last
 * connection is gone.
 */
export async function drain(
  app: HttpServer,
  clock: Clock,
  { noticedMillis }: { noticedMillis: Millis },
): Promise<void> {
  app.kit.drain.begun = true;
  if (noticedMillis > 0) await pause(clock, noticedMillis);
  await emptied(app.server, clock, () => app.close());
}

/** The same for a server beside it. */
export function drainServer(server: Server, clock: Clock): Promise<void> {
  return emptied(
    server,
    clock,
    () =>
      new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  );
}

/** Node closes the connections that are idle at that moment only, so those that become idle later are closed as they do. */
async function emptied(
  server: Pick<Server, 'closeAllConnections' | 'closeIdleConnections'>,
  clock: Clock,
  close: () => Promise<void>,
): Promise<void> {
  const cut = clock.after(DRAIN, () => server.closeAllConnections());
  let stop = () => {};
  const closeIdle = () => {
    server.closeIdleConnections();
    stop = clock.after(LOOK_EVERY, closeIdle);
  };
  closeIdle();
  await close();
  stop();
  cut();
}
