/** The settings that say whether a server is reached over TLS, and whose certificates are believed. */
export interface AuthoritiesGiven {
  DATABASE_TLS: 'off' | 'verify' | 'unverified';
  DATABASE_TLS_CA: string | undefined;
  REDIS_TLS: 'off' | 'verify' | 'unverified';
  REDIS_TLS_CA: string | undefined;
  KAFKA_TLS: 'off' | 'verify' | 'unverified';
  KAFKA_TLS_CA: string | undefined;
}

const SERVERS = ['DATABASE', 'REDIS', 'KAFKA'] as const;

/**
 * Who names an authority believes that the connection is encrypted: where it would not be, the start is refused.
 * `isRedisOverTls` is what the address of Redis says beside its setting.
 */
export function unusedAuthorities(
  given: AuthoritiesGiven,
  { isRedisOverTls }: { isRedisOverTls: boolean },
): string[] {
  return SERVERS.flatMap((server) => {
    const isOver = given[`${server}_TLS`] !== 'off' || (server === 'REDIS' && isRedisOverTls);
    if (given[`${server}_TLS_CA`] === undefined || isOver) return [];
    return [
      `${server}_TLS_CA is given, but ${server}_TLS=off would not use it: set ${server}_TLS=verify, or unset ${server}_TLS_CA`,
    ];
  });
}
