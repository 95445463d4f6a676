import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import type { HttpServer } from './kit.ts';

/** Requests under way have this long to end; a client that never finishes its own is then cut off. */
const DRAIN: Millis = 10 * SECOND;
const LOOK_EVERY: Millis = 100;

/**
 * Takes no more requests, answers those under way, and resolves when the last connection is gone. Node closes the
 * connections that are idle at that moment only, so those that become idle later are closed as they do.
 */
export async function drain(app: HttpServer, clock: Clock): Promise<void> {
  const cut = clock.after(DRAIN, () => app.server.closeAllConnections());
  let stop = () => {};
  const closeIdle = () => {
    app.server.closeIdleConnections();
    stop = clock.after(LOOK_EVERY, closeIdle);
  };
  closeIdle();
  await app.close();
  stop();
  cut();
}
