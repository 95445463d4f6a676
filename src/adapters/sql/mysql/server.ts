import { Unavailable } from '../../../core/unavailable.ts';
import type { ServerOptions } from '../ledger/server-options.ts';
import { MysqlPool } from './pool.ts';

const FACTS = `SELECT VERSION() AS version, @@global.read_only AS standby,
  @@global.max_allowed_packet AS packet`;

/** What run-text.ts may put into one packet, in bytes. */
const PACKET_BYTES = 16 * 2 ** 20;

/** Which of the two it is. Throws Unavailable when it is not one to keep a ledger on, or to read it from. */
export async function mysqlServer(
  options: ServerOptions,
  use: 'primary' | 'replica',
): Promise<'MySQL' | 'MariaDB'> {
  const pool = new MysqlPool(options, 1);
  try {
    const [facts] = await pool.with((session) =>
      session.query<{ version: string; standby: number; packet: number }>(FACTS),
    );
    const { version = '', standby = 0, packet = 0 } = facts ?? {};
    const server = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
    mustBeNewEnough(server, version, options.host);
    if (standby !== 0 && use === 'primary')
      throw new Unavailable(
        `${options.host} takes no writes: it is a replica, so name the primary in DATABASE_URL`,
      );
    if (packet < PACKET_BYTES && use === 'primary')
      throw new Unavailable(
        `${options.host} takes packets of ${packet} bytes: set its max_allowed_packet to 16M or more`,
      );
    return server;
  } finally {
    await pool.close();
  }
}

function mustBeNewEnough(server: 'MySQL' | 'MariaDB', version: string, host: string): void {
  const [major = 0, minor = 0] = version
    .replace(/^5\.5\.5-/, '')
    .split('.')
    .map(Number);
  const oldest = server === 'MariaDB' ? [10, 6] : [8, 0];
  const isOld = major < (oldest[0] ?? 0) || (major === oldest[0] && minor < (oldest[1] ?? 0));
  if (isOld)
    throw new Unavailable(
      `${server} ${version} at ${host} is too old: use version ${oldest.join('.')} or newer`,
    );
}
