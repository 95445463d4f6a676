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
  DEPTH_ZERO_SELF_SIGNED_CERT: ({ host }) => untrusted(host),
  SELF_SIGNED_CERT_IN_CHAIN: ({ host }) => untrusted(host),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ({ host }) => untrusted(host),
  CERT_HAS_EXPIRED: ({ host }) => `the certificate of ${host} has expired: renew it on the database server`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) =>
    `the certificate is not of ${host}: use the name in the certificate in DATABASE_URL`,
};

/** What is wrong with the way to a server, and what to do; undefined when the way is not what is wrong. */
export function networkTrouble(error: unknown, place: Place): string | undefined {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  const sentence = typeof code === 'string' ? SENTENCES[code] : undefined;
  // A name with several addresses fails with one error for each.
  return sentence?.(place) ?? (errors?.[0] ? networkTrouble(errors[0], place) : undefined);
}

function untrusted(host: string): string {
  return `the certificate of ${host} is not trusted: give its authority's certificate as the CA of the database`;
}
