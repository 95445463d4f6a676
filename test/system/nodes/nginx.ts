import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NGINX } from '../../backends/registry.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { eventually } from '../eventually.ts';

const CONFIGURATION = fileURLToPath(new URL('../../../deploy/nginx/onrush.conf', import.meta.url));

export interface Nginx {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** An nginx in front of nodes at these loopback ports, configured as deploy/nginx has it but for the addresses. */
export async function nginxBefore(nodes: readonly number[]): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-nginx-'));
  // Its workers are somebody else where the tests run as root.
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(join(folder, 'onrush.conf'), addressed(readFileSync(CONFIGURATION, 'utf8'), { port, nodes }));
  writeFileSync(join(folder, 'nginx.conf'), around(folder));
  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  await promisify(execFile)(NGINX, [...words, '-t']);
  const child = spawn(NGINX, words, { stdio: 'ignore' });
  const endWithUs = () => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  await eventually(() => isOpen(port, child), true);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function addressed(text: string, { port, nodes }: { port: number; nodes: readonly number[] }): string {
  const servers = [...text.matchAll(/^ *server 127\.0\.0\.1:\d+ (.*;)\n/gm)];
  const [first] = servers;
  if (!first) throw new Error('onrush.conf names no node');
  const lines = nodes.map((node) => `    server 127.0.0.1:${node} ${first[1]}\n`).join('');
  return servers
    .reduce((rest, [line], index) => rest.replace(line, index === 0 ? lines : ''), text)
    .replace(/listen \d+;/, `listen 127.0.0.1:${port};`);
}

/** What a system's own nginx.conf has around it. */
function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(' ');
  return `daemon off; worker_processes 1; pid ${join(folder, 'pid')};
    events { worker_connections 4096; }
    http { access_log off; ${temporary} include ${join(folder, 'onrush.conf')}; }\n`;
}

function isOpen(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}
