import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editFile } from '../backends/edited-file.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { toolAt } from '../backends/tools.ts';
import { DEPLOY, type Server, serverStarted, wordsOf } from './as-composed.ts';

interface Around {
  /** Host and port of what it scrapes as a node. */
  readonly node: string;
  /** Host and port of who is told what fires; nobody without it. */
  readonly alertmanager?: string;
}

/** Prometheus as compose.cluster.yml calls it, with deploy/prometheus but for addresses, and looking every second. */
export async function prometheusServer({ node, alertmanager }: Around): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-prometheus-'));
  cpSync(`${DEPLOY}/prometheus`, folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  editFile(
    file,
    [/ {4}dns_sd_configs:\n(?: {6}.*\n)+/, `    static_configs:\n      - targets: ["${node}"]\n`],
    [/"alertmanager:9093"/, alertmanager ? `"${alertmanager}"` : ''],
    [/5s$/gm, '1s'],
    [/scrape_timeout: 4s/, 'scrape_timeout: 1s'],
  );
  const address = `127.0.0.1:${await freePort()}`;
  const paths = { '/etc/prometheus/prometheus.yml': file, '/prometheus': join(folder, 'data') };
  const server = await serverStarted({
    program: toolAt('prometheus') as string,
    words: [...wordsOf('prometheus', paths), `--web.listen-address=${address}`],
    url: `http://${address}`,
    ready: '/-/ready',
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
