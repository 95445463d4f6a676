/** Why no TLS came about with the brokers at `at`, for the operator; undefined when something else is wrong. */
export function tlsTrouble(
  error: unknown,
  { at, isTls }: { at: string; isTls: boolean },
): string | undefined {
  const codes = codesOf(error);
  const has = (pattern: RegExp) => codes.find((code) => pattern.test(code));
  if (has(/^ERR_TLS_CERT_ALTNAME_INVALID$/))
    return `the certificate is not of ${at}: use the name in the certificate in KAFKA_BROKERS, and in advertised.listeners of the brokers`;
  if (has(/^CERT_HAS_EXPIRED$/)) return `the certificate of Kafka at ${at} has expired: renew it there`;
  const untrusted = has(/SELF_SIGNED|^UNABLE_TO_(VERIFY|GET)|^CERT_/);
  if (untrusted)
    return `the certificate of Kafka at ${at} is not trusted (${untrusted}): set KAFKA_TLS_CA to the certificate of its authority`;
  if (isTls && has(/^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/))
    return `Kafka at ${at} speaks no TLS: turn it on there (a listener of SSL or SASL_SSL), or set KAFKA_TLS=off`;
  return undefined;
}

/** Of the error and of whatever it wraps. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as { code?: unknown };
  const within = [error.cause, ...(error instanceof AggregateError ? error.errors : [])].flatMap(codesOf);
  return typeof code === 'string' ? [code, ...within] : within;
}
