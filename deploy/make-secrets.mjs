// Makes what deploy/compose.cluster.yml reads from deploy/secrets (or the folder that is named): each once, none is ever
// overwritten. The certificate is signed by itself, to try things with: put your own in its place. Needs openssl.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('./secrets', import.meta.url));
const name = process.argv[3] ?? 'localhost';
const hex = (bytes) => () => randomBytes(bytes).toString('hex');

const SECRETS = {
  jwt_secret: hex(32),
  admin_token: hex(24),
  internal_token: hex(32),
  ticket_keys: hex(32),
  token_keys: () => `first:${randomBytes(32).toString('base64')}`,
  db_password: hex(24),
  db_root_password: hex(24),
  redis_password: hex(24),
  grafana_password: hex(12),
  // Of your mail server: Alertmanager sends its letters with it.
  smtp_password: () => 'replace-me',
};

// The containers' users are not yours, so the files can be read by all; the folder cannot be entered by others.
mkdirSync(folder, { recursive: true, mode: 0o700 });
for (const [file, make] of Object.entries(SECRETS)) {
  const path = join(folder, file);
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o644 });
}
if (!existsSync(join(folder, 'tls_key'))) {
  const { status } = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '90', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
      ...['-keyout', join(folder, 'tls_key'), '-out', join(folder, 'tls_certificate')],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) process.exit(status ?? 1);
  chmodSync(join(folder, 'tls_key'), 0o644);
}
console.log(`secrets are in ${folder}`);
