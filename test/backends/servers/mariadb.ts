import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, tlsTo } from './certificates.ts';
import { type DatabaseServer, databaseServer, nobodyToRunAs, type Product } from './database-server.ts';
import { freePort } from './free-port.ts';

const SERVER = process.env.MARIADB_SERVER_PATH ?? '/usr/sbin/mariadbd';
const INSTALL = process.env.MARIADB_INSTALL_PATH ?? '/usr/bin/mariadb-install-db';

/** Why no private MariaDB can be started here. */
export function mariadbAbsent(): string | undefined {
  const missing = [SERVER, INSTALL].find((path) => !existsSync(path));
  if (missing) return `no MariaDB at ${missing}: set MARIADB_SERVER_PATH and MARIADB_INSTALL_PATH`;
  return nobodyToRunAs('mysql');
}

/** The server reads a statement a line. */
const ACCOUNT = `CREATE USER IF NOT EXISTS onrush@'%' IDENTIFIED BY 'secret';
GRANT ALL ON *.* TO onrush@'%';`;

/**
 * `durable` syncs to disk, which only matters to tests that kill it. `configuration` is the path of a my.cnf that says
 * everything but addresses and paths. With a certificate it lets nobody in without TLS.
 */
export async function mariadbServer(
  disk: 'durable' | 'quick' = 'quick',
  configuration?: string,
  certificate?: Certificate,
): Promise<DatabaseServer> {
  const own = [
    '--innodb-buffer-pool-size=64M',
    `--innodb-flush-log-at-trx-commit=${disk === 'quick' ? 0 : 1}`,
  ];
  const product: Product = {
    name: 'mariadb',
    systemUser: 'mysql',
    password: 'secret',
    ...(certificate && { tls: tlsTo(certificate) }),
    crash: 'SIGKILL',
    // In the folder of all, two that are made at the same time take each other's temporary tables for their own.
    prepare: (home) => [
      ['sh', '-c', `echo "${ACCOUNT}" > ${join(home, 'account.sql')}`],
      [
        INSTALL,
        ...['--no-defaults', `--datadir=${join(home, 'data')}`, `--tmpdir=${home}`, '--skip-test-db'],
        '--auth-root-authentication-method=normal',
      ],
      ...(certificate ? [ownKey(home, certificate)] : []),
    ],
    serve: (home, port) => [
      SERVER,
      configuration === undefined ? '--no-defaults' : `--defaults-file=${configuration}`,
      ...[
        `--datadir=${join(home, 'data')}`,
        `--tmpdir=${home}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
      ],
      ...[`--socket=${join(home, 'socket')}`, `--pid-file=${join(home, 'pid')}`, '--skip-name-resolve'],
      `--init-file=${join(home, 'account.sql')}`,
      ...(configuration === undefined ? own : []),
      ...(disk === 'quick' ? ['--innodb-flush-method=nosync', '--skip-innodb-doublewrite'] : []),
      ...(certificate ? tlsWords(home, certificate) : []),
    ],
  };
  return databaseServer(product, await freePort());
}

function ownKey(home: string, { keyFile }: Certificate): [string, ...string[]] {
  return ['install', '-m', '600', keyFile, join(home, 'server.key')];
}

function tlsWords(home: string, { caFile, certFile }: Certificate): string[] {
  return [
    ...[`--ssl-ca=${caFile}`, `--ssl-cert=${certFile}`, `--ssl-key=${join(home, 'server.key')}`],
    '--require-secure-transport=ON',
  ];
}
