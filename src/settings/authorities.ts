import type { BACK_END_SETTINGS } from './back-ends.ts';
import type { Given } from './kinds.ts';
import type { MESSAGE_SETTINGS } from './messages.ts';

/** The settings that say whether a server is reached over TLS, and whose certificates are believed. */
type AuthoritiesGiven = Pick<
  Given<typeof BACK_END_SETTINGS & typeof MESSAGE_SETTINGS>,
  'DATABASE_TLS' | 'DATABASE_TLS_CA' | 'REDIS_TLS' | 'REDIS_TLS_CA' | 'KAFKA_TLS' | 'KAFKA_TLS_CA'
>;

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
