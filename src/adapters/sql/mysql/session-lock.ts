import mysql from 'mysql2';
import type { SqlConnection } from '../database.ts';
import { keptLock, SILENCE_SECONDS } from '../ledger/heartbeat.ts';
import type { ServerOptions } from '../ledger/server-options.ts';
import { asked, clientOptions } from './pool.ts';
import { explained } from './trouble.ts';

/** GET_LOCK, whose names are of the whole server and at most 64 characters long. */
export function mysqlLock(options: ServerOptions): SqlConnection['lock'] {
  return async (name, { waitMillis }) => {
    const connection = mysql.createConnection(clientOptions(options));
    connection.on('error', () => undefined); // `end` follows, and that is listened to.
    const timeout = waitMillis + 10_000;
    const key = `onrush ${name} ${options.database}`.slice(0, 64);
    const seconds = Math.ceil(waitMillis / 1_000);
    try {
      await asked(connection, `SET SESSION wait_timeout = ${SILENCE_SECONDS}`, [], timeout);
      const rows = await asked(connection, 'SELECT GET_LOCK(?, ?) AS got', [key, seconds], timeout);
      if ((rows as { got: number | null }[])[0]?.got !== 1) {
        connection.destroy();
        return undefined;
      }
    } catch (error) {
      connection.destroy();
      throw explained(error, options);
    }
    return keptLock({
      beat: () => asked(connection, 'DO 1', [], SILENCE_SECONDS * 1_000),
      onEnd: (lost) => connection.once('end', lost),
      end: () =>
        new Promise((resolve) => {
          connection.end(() => resolve());
        }),
    });
  };
}
