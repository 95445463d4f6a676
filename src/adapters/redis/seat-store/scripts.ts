import { createHash } from 'node:crypto';
import type { RedisConnection } from '../connection/connection.ts';
import { luaScript, type Script } from '../scripts.ts';
import type { EventKeys } from './keys.ts';

/** Parts that stand in front of a script's own text. */
const READS = ['seat-prelude'];
const DECIDES = ['seat-prelude', 'seat-due'];
const CLAIMS = ['seat-prelude', 'seat-due', 'seat-counts', 'seat-claims'];
const SETTLES = ['seat-prelude', 'seat-counts', 'seat-claims'];
const COUNTS = ['seat-prelude', 'seat-counts'];

const PARTS = {
  'seat-hold': DECIDES,
  'seat-swap': CLAIMS,
  'seat-extend': CLAIMS,
  'seat-release': CLAIMS,
  'seat-pay': CLAIMS,
  'seat-block': CLAIMS,
  'seat-claim': CLAIMS,
  'seat-pick': CLAIMS,
  'seat-look': DECIDES,
  'seat-live': DECIDES,
  'seat-see': DECIDES,
  'seat-unclaim': SETTLES,
  'seat-doubts': READS,
  'seat-settle': SETTLES,
  'seat-read': READS,
  'seat-grow': COUNTS,
  'seat-forget': READS,
  'seat-load': [],
  'seat-drain': [],
} as const satisfies Record<string, readonly string[]>;

export type SeatScript = keyof typeof PARTS;

/** Scripts that are another one with other parts in front. */
const OWN_TEXT: Partial<Record<SeatScript, string>> = { 'seat-see': 'seat-read' };
const FLAGS: Partial<Record<SeatScript, string>> = { 'seat-see': '#!lua flags=allow-oom' };

/** Where the scripts take the time from. */
export interface AuthorityTime {
  /** Defines `authority_time(server_time)`, which returns whole milliseconds since 1970 as text. */
  readonly lua: string;
  /** Goes to every script, as its last arguments. */
  readonly args: () => readonly string[];
}

/** Redis' own clock, read inside the script: the only one there is outside of tests. */
export function redisTime(): AuthorityTime {
  return { lua: withoutFlags(luaScript('seat-clock').source), args: () => [] };
}

/** Runs a script on the keys of an event. */
export type RunSeatScript = <R>(name: SeatScript, keys: EventKeys, args: readonly string[]) => Promise<R>;

export function seatScripts(
  connection: Pick<RedisConnection, 'runScript'>,
  time: AuthorityTime = redisTime(),
): RunSeatScript {
  const scripts = new Map<SeatScript, Script>();
  for (const name of Object.keys(PARTS) as SeatScript[]) scripts.set(name, assembled(name, time));
  return (name, keys, args) =>
    connection.runScript(scripts.get(name) as Script, keys.all, [...args, ...time.args()]);
}

function assembled(name: SeatScript, time: AuthorityTime): Script {
  const own = OWN_TEXT[name] ?? name;
  const flags = FLAGS[name] ?? (luaScript(own).source.split('\n', 1)[0] as string);
  const parts = PARTS[name].map(textOf);
  if (parts.length > 0) parts.unshift(time.lua);
  const source = [flags, ...parts, textOf(own)].join('\n');
  const sha = createHash('sha1').update(source).digest('hex');
  return { name, source, sha, writes: !flags.includes('no-writes') };
}

/** A part's own text, with the parts that it includes. */
function textOf(part: string): string {
  const text = withoutFlags(luaScript(part).source);
  return text.replace(/^ *-- include (\S+)$/gm, (_, included: string) => textOf(included));
}

/** What Redis must be told about a whole script, once, in its first line. */
function withoutFlags(source: string): string {
  return source.slice(source.indexOf('\n') + 1);
}
