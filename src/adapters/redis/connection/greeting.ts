import { ErrorReply } from '@redis/client';
import { Unavailable } from '../../../core/unavailable.ts';
import { luaScript } from '../scripts.ts';
import { SILENT } from './failures.ts';
import type { LinkOptions } from './link.ts';
import type { RedisOptions } from './options.ts';

type Greeting = Pick<LinkOptions, 'greet' | 'beat'>;
type Send = Parameters<LinkOptions['greet']>[0];

const OLDEST_MAJOR = 7;

/** A server will not do, however long one waits: the operator must change something. The message says what. */
export class Unsuitable extends Unavailable {
  override name = 'Unsuitable';
}

/** A server that keeps our data. Who answers is its replication id, which changes with each promotion and restart. */
export function dataGreeting(role: 'master' | 'any'): Greeting {
  const identityIn = (info: ReadonlyMap<string, string>) => {
    if (role === 'master' && info.get('role') !== 'master') throw new Error('it is a replica');
    return info.get('master_replid') ?? '';
  };
  return {
    async greet(send) {
      const info = infoOf(await asked(send, ['INFO']));
      checkServer(info);
      return identityIn(info);
    },
    beat: async (send) => identityIn(infoOf(await send<string>(['INFO', 'replication']))),
  };
}

/** A server that is only asked where others are, or that is only listened to. */
export function plainGreeting(): Greeting {
  const ping = async (send: Send) => {
    await asked(send, ['PING']);
    return '';
  };
  return { greet: ping, beat: ping };
}

/** Whether the user may do what the sale does. Throws Unsuitable naming the right that is missing. */
export async function checkRights(
  run: (script: ReturnType<typeof luaScript>, keys: string[], args: string[]) => Promise<unknown>,
  { username }: { username?: string },
): Promise<void> {
  const key = `ticketing:{start-check}:${process.pid}:${Date.now()}`;
  try {
    await run(luaScript('start-check'), [key], ['ticketing:{start-check}:channel']);
  } catch (error) {
    const cause = error instanceof Unavailable ? error.cause : error;
    if (
      !(cause instanceof ErrorReply) ||
      !/NOPERM|ACL|permission|user executing the script/i.test(cause.message)
    )
      throw error;
    const user = username ?? 'default';
    throw new Unsuitable(
      `the Redis user ${user} lacks a right (${firstLine(cause)}): ACL SETUSER ${user} ~ticketing:* &ticketing:* +@all -@dangerous +info +cluster|slots +cluster|info`,
      { cause },
    );
  }
}

/** What an operator reads when no server could be reached in time. Without a cause it was silent until then. */
export function unreached(
  { servers, tls }: Pick<RedisOptions, 'servers' | 'tls'>,
  name: string,
  cause: unknown,
): Unavailable {
  if (cause instanceof Unavailable) return cause;
  const setting = {
    single: 'REDIS_URL, or REDIS_HOST and REDIS_PORT,',
    sentinel: 'REDIS_SENTINELS',
    cluster: 'REDIS_CLUSTER_NODES',
  }[servers.kind];
  return new Unavailable(
    `no Redis can be used at ${name} (${cause === undefined ? SILENT : firstLine(cause)}): set ${setting} to where it listens, and start it${hintOf(cause, tls)}`,
    { cause },
  );
}

/** A server that waits for TLS hangs up on what it cannot read; one that does not waits for the end of a line. */
function hintOf(cause: unknown, tls: RedisOptions['tls']): string {
  const why = cause === undefined ? SILENT : firstLine(cause);
  const wasCut = /ECONNRESET|EPIPE|Socket closed|disconnected/.test(why);
  if (!tls) return wasCut ? '; if it wants TLS, set REDIS_TLS=verify' : '';
  const isSilent = wasCut || why === SILENT || /timeout/i.test(why);
  return isSilent ? '; if it speaks no TLS, set REDIS_TLS=off and redis:// in REDIS_URL' : '';
}

async function asked(send: Send, args: string[]): Promise<string> {
  try {
    return await send<string>(args);
  } catch (error) {
    throw refusedLogin(error) ?? error;
  }
}

/** A refusal of the login, from the handshake or from the first command after it. */
export function refusedLogin(error: unknown): Unsuitable | undefined {
  if (!(error instanceof ErrorReply)) return undefined;
  if (/^(WRONGPASS|NOAUTH)|without any password configured|invalid password/.test(error.message)) {
    return new Unsuitable(
      `Redis refuses the login (${firstLine(error)}): set REDIS_USERNAME and REDIS_PASSWORD, or REDIS_URL, to what the server expects`,
      { cause: error },
    );
  }
  if (/NOPERM|permission/.test(error.message)) {
    return new Unsuitable(
      `the Redis user lacks a right (${firstLine(error)}): ACL SETUSER … ~ticketing:* &ticketing:* +@all -@dangerous +info +cluster|slots +cluster|info`,
      { cause: error },
    );
  }
  return undefined;
}

function checkServer(info: ReadonlyMap<string, string>): void {
  const version = info.get('redis_version') ?? '?';
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new Unsuitable(`Redis is of version ${version}: install Redis ${OLDEST_MAJOR} or newer, or Valkey`);
  }
  const policy = info.get('maxmemory_policy');
  if (policy !== 'noeviction') {
    throw new Unsuitable(
      `Redis may drop seats when its memory is full (maxmemory-policy is ${policy}): set maxmemory-policy to noeviction`,
    );
  }
}

function infoOf(text: string): Map<string, string> {
  const pairs = text.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return new Map(pairs);
}

function firstLine(error: unknown): string {
  const message = error instanceof AggregateError ? `${error.errors[0]}` : `${error}`;
  return (message.split('\n', 1)[0] ?? '').replace(/^\w*Error: /, '').slice(0, 200);
}
