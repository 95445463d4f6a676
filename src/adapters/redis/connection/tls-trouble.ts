import { Unsuitable } from './greeting.ts';

/** Why no TLS came about with the server at `at`; undefined when something else is wrong. Nothing was sent by then. */
export function refusedTls(error: unknown, at: string): Unsuitable | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  const sentence = typeof code === 'string' ? sentenceOf(code, at) : undefined;
  return sentence === undefined ? undefined : new Unsuitable(sentence, { cause: error });
}

function sentenceOf(code: string, at: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate is not of ${at}: use the name in the certificate in REDIS_URL, or wherever the server is named`;
  if (code === 'CERT_HAS_EXPIRED') return `the certificate of Redis at ${at} has expired: renew it there`;
  if (/SELF_SIGNED|^UNABLE_TO_(VERIFY|GET)|^CERT_/.test(code))
    return `the certificate of Redis at ${at} is not trusted (${code}): set REDIS_TLS_CA to the certificate of its authority`;
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return `Redis at ${at} speaks no TLS: turn it on there (tls-port), or set REDIS_TLS=off and redis:// in REDIS_URL`;
  return undefined;
}
