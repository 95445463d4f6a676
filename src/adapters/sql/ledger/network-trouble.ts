import type { ServerOptions } from './server-options.ts';

type Place = Pick<ServerOptions, 'host' | 'port'>;

const SENTENCES: Readonly<Record<string, (place: Place) => string>> = {
  ENOTFOUND: ({ host }) => `no machine is called ${host}: correct the host in DATABASE_URL`,
  EAI_AGAIN: ({ host }) =>
    `the name ${host} cannot be looked up at the moment: check the host in DATABASE_URL and DNS`,
  ECONNREFUSED: ({ host, port }) =>
    `nothing listens on ${host}:${port}: start the database server, or correct DATABASE_URL`,
  EHOSTUNREACH: ({ host }) =>
    `${host} cannot be reached: check the network, or correct the host in DATABASE_URL`,
  ENETUNREACH: ({ host }) =>
    `${host} cannot be reached: check the network, or correct the host in DATABASE_URL`,
  ETIMEDOUT: ({ host, port }) =>
    `${host}:${port} did not answer in time: check the host and port in DATABASE_URL, and firewalls`,
  ECONNRESET: ({ host, port }) => `${host}:${port} closed the connection`,
  EPIPE: ({ host, port }) => `${host}:${port} closed the connection`,
};

/** Known by code or, where a driver puts a code of its own in its place, by OpenSSL's words. */
const OF_CERTIFICATES: readonly (readonly [RegExp, (place: Place) => string])[] = [
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$|does not match certificate's altnames/,
    ({ host }) => `the certificate is not of ${host}: use the name in the certificate in DATABASE_URL`,
  ],
  [
    /^CERT_HAS_EXPIRED$|certificate has expired/,
    ({ host }) => `the certificate of ${host} has expired: renew it on the database server`,
  ],
  [
    /SELF_SIGNED|^UNABLE_TO_(VERIFY|GET)|^CERT_|self-signed|unable to (verify|get)|certificate signature failure/,
    ({ host }) =>
      `the certificate of ${host} is not trusted: set DATABASE_TLS_CA to the certificate of its authority`,
  ],
];

/** What is wrong with the way to a server, and what to do; undefined when the way is not what is wrong. */
export function networkTrouble(error: unknown, place: Place): string | undefined {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  const sentence = typeof code === 'string' ? SENTENCES[code] : undefined;
  // A name with several addresses fails with one error for each.
  return (
    sentence?.(place) ??
    certificateTrouble(error, place) ??
    (errors?.[0] ? networkTrouble(errors[0], place) : undefined)
  );
}

function certificateTrouble(error: unknown, place: Place): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const said = String((code === 'HANDSHAKE_SSL_ERROR' ? message : code) ?? '');
  return OF_CERTIFICATES.find(([words]) => words.test(said))?.[1](place);
}
