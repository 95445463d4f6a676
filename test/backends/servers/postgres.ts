import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, tlsTo } from './certificates.ts';
import { type DatabaseServer, databaseServer, nobodyToRunAs, type Product } from './database-server.ts';
import { freePort } from './free-port.ts';

const DEBIAN = '/usr/lib/postgresql';

/** The folder of initdb and postgres: the newest one that Debian installed, unless POSTGRES_BIN names another. */
function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [process.env.POSTGRES_BIN, ...versions.map((version) => join(DEBIAN, version, 'bin'))];
  return folders.find((folder) => folder && existsSync(join(folder, 'initdb')));
}

/** Why no private PostgreSQL can be started here. */
export function postgresAbsent(): string | undefined {
  if (!programs()) return `no PostgreSQL in ${DEBIAN}: set POSTGRES_BIN`;
  return nobodyToRunAs('postgres');
}

/**
 * `durable` syncs to disk, which only matters to tests that kill it. `configuration` is the path of a postgresql.conf that says
 * everything but the addresses. With a certificate it lets nobody in without TLS.
 */
export async function postgresServer(
  disk: 'durable' | 'quick' = 'quick',
  configuration?: string,
  certificate?: Certificate,
): Promise<DatabaseServer> {
  const folder = programs();
  if (!folder) throw new Error(postgresAbsent());
  const settings = [
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories='],
    configuration === undefined ? 'shared_buffers=32MB' : `config_file=${configuration}`,
    ...(disk === 'quick' ? ['fsync=off', 'full_page_writes=off'] : []),
  ];
  const product: Product = {
    name: 'postgres',
    systemUser: 'postgres',
    password: 'secret',
    ...(certificate && { tls: tlsTo(certificate) }),
    crash: 'SIGQUIT',
    prepare: (home) => [
      ['sh', '-c', `echo secret > ${join(home, 'password')}`],
      [
        join(folder, 'initdb'),
        ...['-D', join(home, 'data'), '-U', 'onrush', '--auth=scram-sha-256', '--no-sync'],
        ...[`--pwfile=${join(home, 'password')}`, '--encoding=UTF8', '--locale=C.UTF-8'],
      ],
      ...(certificate ? secured(home, certificate) : []),
    ],
    serve: (home, port) => [
      join(folder, 'postgres'),
      ...['-D', join(home, 'data'), '-p', `${port}`],
      ...[...settings, ...(certificate ? tlsSettings(home, certificate) : [])].flatMap((each) => [
        '-c',
        each,
      ]),
    ],
  };
  return databaseServer(product, await freePort());
}

/** The key must be the server's own; the list of who may come in replaces that of initdb. */
function secured(home: string, { keyFile }: Certificate): [string, ...string[]][] {
  const rule = 'hostssl all all 127.0.0.1/32 scram-sha-256';
  return [
    ['install', '-m', '600', keyFile, join(home, 'server.key')],
    ['sh', '-c', `echo '${rule}' > ${join(home, 'data', 'pg_hba.conf')}`],
  ];
}

function tlsSettings(home: string, { certFile }: Certificate): string[] {
  return ['ssl=on', `ssl_cert_file=${certFile}`, `ssl_key_file=${join(home, 'server.key')}`];
}
