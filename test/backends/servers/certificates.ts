import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOptions } from '../../../src/adapters/sql/ledger/server-options.ts';

const OPENSSL = process.env.OPENSSL_PATH ?? '/usr/bin/openssl';

export function opensslAbsent(): string | undefined {
  return existsSync(OPENSSL) ? undefined : `no openssl at ${OPENSSL}: set OPENSSL_PATH`;
}

/** What a server shows, as PEM files that everybody on this machine may read. */
export interface Certificate {
  /** Of the authority that vouches for it. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Vouches for servers, and nobody knows it but who is given its certificate. */
export interface Authority {
  /** PEM text of its own certificate. */
  readonly pem: string;
  /** `names` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`, separated by commas. */
  certify(names: string): Certificate;
  /** Removes every file. */
  remove(): void;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Valid for a day. */
export function certificateAuthority(name: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-certificates-'));
  // The database servers run as users of their own.
  chmodSync(folder, 0o755);
  const at = (file: string) => join(folder, file);
  const openssl = (...words: string[]) => execFileSync(OPENSSL, words, { cwd: folder, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  let made = 0;
  return {
    pem: readFileSync(at('ca.pem'), 'utf8'),
    certify(names) {
      const [cert, key, request, extension] = ['pem', 'key', 'request', 'extension'].map(
        (ending) => `server-${made}.${ending}`,
      ) as [string, string, string, string];
      made++;
      writeFileSync(at(extension), `subjectAltName=${names}\n`);
      openssl('req', '-new', ...NEW_KEY, '-subj', '/CN=server', '-keyout', key, '-out', request);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-days', '1', '-extfile', extension, '-out', cert],
      );
      chmodSync(at(key), 0o644);
      return { caFile: at('ca.pem'), certFile: at(cert), keyFile: at(key) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How a test that started the server reaches it, whatever name the certificate has. */
export function tlsTo({ caFile }: Certificate): NonNullable<ServerOptions['tls']> {
  return { ca: readFileSync(caFile, 'utf8'), rejectUnauthorized: false };
}
