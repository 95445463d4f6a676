import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editFile } from '../backends/edited-file.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { toolAt } from '../backends/tools.ts';
import { DEPLOY, type Server, serverStarted, wordsOf } from './as-composed.ts';

interface Post {
  /** Host and port of the mail server. */
  readonly server: string;
  readonly password: string;
  /** Of the authority that vouches for the mail server. */
  readonly caFile: string;
}

/** Alertmanager as compose.cluster.yml calls it, with deploy/alertmanager but for addresses, and for seconds in place of minutes. */
export async function alertmanagerServer({ server, password, caFile }: Post): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-alertmanager-'));
  cpSync(`${DEPLOY}/alertmanager`, folder, { recursive: true });
  const [file, secret] = [join(folder, 'alertmanager.yml'), join(folder, 'smtp_password')];
  writeFileSync(secret, password);
  editFile(
    file,
    [/smtp\.example:587/, server],
    [/\/run\/secrets\/smtp_password/, secret],
    [/group_wait: 10s/, 'group_wait: 1s'],
    [/group_interval: 2m/, 'group_interval: 1s'],
  );
  const address = `127.0.0.1:${await freePort()}`;
  const paths = { '/etc/alertmanager/alertmanager.yml': file, '/alertmanager': join(folder, 'data') };
  const { url, stop } = await serverStarted({
    program: toolAt('alertmanager') as string,
    words: [...wordsOf('alertmanager', paths), `--web.listen-address=${address}`],
    env: { SSL_CERT_FILE: caFile },
    url: `http://${address}`,
    ready: '/-/ready',
  });
  return {
    url,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
