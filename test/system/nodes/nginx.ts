import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { editFile } from '../../backends/edited-file.ts';
import { NGINX } from '../../backends/registry.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { eventually } from '../eventually.ts';

const CONFIGURATION = fileURLToPath(new URL('../../../deploy/nginx', import.meta.url));

export interface Nginx {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The same without TLS; the same as `url` where there is none. */
  readonly plainUrl: string;
  /** `nginx -s reload`: reads its files anew. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

interface NginxOptions {
  /** Paths of a certificate and its key. Without them it listens without TLS. */
  tls?: { certificate: string; key: string };
  /** Requests a second of one address; all buyers of a test have one. */
  requestsPerSecond?: number;
  /** Loopback ports of the services of seed 003 that run apart. */
  services?: Readonly<Record<'catalog' | 'reservation' | 'order' | 'payment', number>>;
}

/** An nginx in front of nodes at these loopback ports, configured as deploy/nginx has it but for addresses and limits. */
export async function nginxBefore(nodes: readonly number[], options: NginxOptions = {}): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-nginx-'));
  cpSync(CONFIGURATION, folder, { recursive: true });
  // Its workers are somebody else where the tests run as root.
  chmodSync(folder, 0o755);
  const [plain, secure] = [await freePort(), await freePort()];
  const edit = (file: string, ...changes: [RegExp, string][]) => editFile(join(folder, file), ...changes);
  edit('nodes.conf', [/^ *server app:8000 (.*;)\n/m, serverLines(nodes)]);
  edit('nodes.conf', [/^ *server payment:8000 (.*;)\n/m, serverLines(nodes)]);
  for (const [service, port] of Object.entries(options.services ?? {})) {
    const apart = `upstream apart_${service} {\n    zone apart_${service} 64k;\n${serverLines([port])}}\n`;
    edit(
      'nodes.conf',
      [new RegExp(`^ *${service} +onrush;`, 'm'), `    ${service} apart_${service};`],
      [/^(?=# Where more roles)/m, apart.replace('$1', 'max_fails=0;')],
    );
  }
  edit('limits.conf', [/rate=\d+r\/s/, `rate=${options.requestsPerSecond ?? 100_000}r/s`]);
  edit('log.conf', [/^access_log .*$/m, 'access_log off;']);
  edit('nginx.conf', [/^pid .*$/m, `pid ${join(folder, 'pid')};`], [/^http \{$/m, `http { ${paths(folder)}`]);
  if (options.tls) {
    const { certificate, key } = options.tls;
    edit(
      'listen.conf',
      [/^listen 80;/m, `listen 127.0.0.1:${plain};`],
      [/443 ssl/, `127.0.0.1:${secure} ssl`],
    );
    edit('listen.conf', [/\S+tls_certificate/, certificate], [/\S+tls_key/, key]);
  } else writeFileSync(join(folder, 'listen.conf'), `listen 127.0.0.1:${plain};\n`);

  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  await promisify(execFile)(NGINX, [...words, '-t']);
  const child = spawn(NGINX, [...words, '-g', 'daemon off;'], { stdio: 'ignore' });
  const endWithUs = () => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  await eventually(() => isOpen(plain, child), true);
  const plainUrl = `http://127.0.0.1:${plain}`;
  return {
    url: options.tls ? `https://localhost:${secure}` : plainUrl,
    plainUrl,
    reload: async () => void (await promisify(execFile)(NGINX, [...words, '-s', 'reload'])),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const serverLines = (nodes: readonly number[]) =>
  nodes.map((node) => `    server 127.0.0.1:${node} $1\n`).join('');

/** Where it keeps what it cannot keep in memory: elsewhere it may not write. */
const paths = (folder: string) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(' ');

function isOpen(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}
