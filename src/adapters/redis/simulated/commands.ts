import { ErrorReply } from '@redis/client';
import type { RedisMemory, Reply } from './memory.ts';
import { type Command, STREAM_COMMANDS } from './stream-commands.ts';

/** Does something to what the key holds, and leaves nothing empty behind. */
function tidily(act: Command): Command {
  return (memory, key, args) => {
    const reply = act(memory, key, args);
    memory.tidy(key);
    return reply;
  };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  ...STREAM_COMMANDS,

  GET: (memory, key) => memory.text(key) ?? null,
  SET(memory, key, [text = '', ...options]) {
    if (!/^(NX)? ?(PX \d+)?$/.test(options.join(' '))) throw new ErrorReply('ERR syntax error');
    if (options.includes('NX') && memory.has(key)) return null;
    const millis = options[options.indexOf('PX') + 1];
    const lasts = options.includes('PX') ? whole(millis) : undefined;
    memory.setText(key, text, { endsAt: lasts === undefined ? undefined : memory.now + lasts });
    return 'OK';
  },
  INCR(memory, key) {
    const next = whole(memory.text(key) ?? '0') + 1;
    memory.replaceText(key, `${next}`);
    return next;
  },
  SETRANGE(memory, key, [offset, part = '']) {
    const text = (memory.text(key) ?? '').padEnd(whole(offset), '\0');
    const changed = text.slice(0, whole(offset)) + part + text.slice(whole(offset) + part.length);
    memory.replaceText(key, changed);
    return changed.length;
  },
  DEL: (memory, key, more) => count([key, ...more], (each) => memory.delete(each)),
  UNLINK: (memory, key, more) => count([key, ...more], (each) => memory.delete(each)),
  EXISTS: (memory, key, more) => count([key, ...more], (each) => memory.has(each)),
  TYPE: (memory, key) => memory.kindOf(key),
  RENAME(memory, key, [name = '']) {
    if (!memory.rename(key, name)) throw new ErrorReply('ERR no such key');
    return 'OK';
  },
  PERSIST: (memory, key) => (memory.left(key) >= 0 && memory.end(key, undefined) ? 1 : 0),
  PEXPIRE: (memory, key, [millis]) => (memory.end(key, memory.now + whole(millis)) ? 1 : 0),

  PTTL: (memory, key) => memory.left(key),

  HSET(memory, key, pairs) {
    if (pairs.length === 0 || pairs.length % 2 === 1)
      throw new ErrorReply("ERR wrong number of arguments for 'hset' command");
    const hash = memory.hash(key);
    const before = hash.size;
    for (let at = 0; at < pairs.length; at += 2) hash.set(pairs[at] as string, pairs[at + 1] as string);
    return hash.size - before;
  },
  HEXISTS: tidily((memory, key, [field = '']) => (memory.hash(key).has(field) ? 1 : 0)),
  HGET: tidily((memory, key, [field = '']) => memory.hash(key).get(field) ?? null),
  HMGET: tidily((memory, key, fields) => fields.map((field) => memory.hash(key).get(field) ?? null)),
  HGETALL: tidily((memory, key) => [...memory.hash(key)].flat()),
  HDEL: tidily((memory, key, fields) => count(fields, (field) => memory.hash(key).delete(field))),
  // One page has all of it.
  HSCAN: tidily((memory, key, [, , pattern = '*']) => {
    const start = pattern.slice(0, -1);
    if (!pattern.endsWith('*') || /[*?[\\]/.test(start))
      throw new ErrorReply('ERR only prefixes are known here');
    return ['0', [...memory.hash(key)].filter(([field]) => field.startsWith(start)).flat()];
  }),

  RPUSH: (memory, key, texts) => memory.list(key).push(...texts),
  LLEN: tidily((memory, key) => memory.list(key).length),
  LRANGE: tidily((memory, key, [from, to]) => {
    const list = memory.list(key);
    return list.slice(...span(list.length, from, to));
  }),
  LTRIM: tidily((memory, key, [from, to]) => {
    const list = memory.list(key);
    list.splice(0, list.length, ...list.slice(...span(list.length, from, to)));
    return 'OK';
  }),

  SADD(memory, key, members) {
    const set = memory.set(key);
    return count(members, (member) => !set.has(member) && set.add(member) !== undefined);
  },
  SREM: tidily((memory, key, members) => count(members, (member) => memory.set(key).delete(member))),
  SMEMBERS: tidily((memory, key) => [...memory.set(key)]),
  SRANDMEMBER: tidily((memory, key, [most]) => {
    const members = [...memory.set(key)];
    if (whole(most) < members.length) throw new ErrorReply('ERR only all of them are known here');
    return members;
  }),

  ZADD: tidily((memory, key, args) => {
    const condition = ['GT', 'XX'].find((name) => name === args[0]?.toUpperCase());
    const pairs = condition ? args.slice(1) : args;
    if (pairs.length === 0 || pairs.length % 2 === 1) throw new ErrorReply('ERR syntax error');
    const given = pairs.flatMap((score, at) => (at % 2 === 0 ? [decimal(score)] : []));
    const scores = memory.scores(key);
    const before = scores.size;
    for (const [index, score] of given.entries()) {
      const member = pairs[2 * index + 1] as string;
      const known = scores.get(member);
      if (condition === 'XX' && known === undefined) continue;
      if (condition === 'GT' && known !== undefined && score <= known) continue;
      scores.set(member, score);
    }
    return scores.size - before;
  }),
  ZREM: tidily((memory, key, members) => count(members, (member) => memory.scores(key).delete(member))),
  ZSCORE: tidily((memory, key, [member = '']) => {
    const score = memory.scores(key).get(member);
    return score === undefined ? null : `${score}`;
  }),
  ZCARD: tidily((memory, key) => memory.scores(key).size),
  ZRANK: tidily((memory, key, [member]) => {
    const rank = inOrder(memory.scores(key)).findIndex(([each]) => each === member);
    return rank < 0 ? null : rank;
  }),
  ZPOPMIN: tidily((memory, key, [size = '1']) => {
    const popped = inOrder(memory.scores(key)).slice(0, whole(size));
    for (const [member] of popped) memory.scores(key).delete(member);
    return popped.flatMap(([member, score]) => [member, `${score}`]);
  }),
  ZCOUNT: tidily((memory, key, [least, most]) => between(memory, key, [least, most]).length),
  ZRANGE: tidily((memory, key, [from, to, withScores]) => {
    const sorted = inOrder(memory.scores(key));
    const found = sorted.slice(...span(sorted.length, from, to));
    return found.flatMap(([member, score]) => (withScores ? [member, `${score}`] : [member]));
  }),
  ZRANGEBYSCORE: tidily((memory, key, [least, most, limit, offset, size]) => {
    const members = between(memory, key, [least, most]).map(([member]) => member);
    return limit ? members.slice(whole(offset), whole(offset) + whole(size)) : members;
  }),
};

/** Throws ErrorReply for a command that is not known here, or for a key of another kind. */
export function run(memory: RedisMemory, command: readonly string[]): Reply {
  const [name = '', key = '', ...args] = command;
  const act = COMMANDS[name.toUpperCase()];
  if (!act) throw new ErrorReply(`ERR unknown command '${name}'`);
  return act(memory, key, args);
}

function count<T>(of: readonly T[], does: (each: T) => boolean): number {
  return of.filter(does).length;
}

function whole(text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || text === '' || !Number.isSafeInteger(number))
    throw new ErrorReply('ERR value is not an integer or out of range');
  return number;
}

function decimal(text: string): number {
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  throw new ErrorReply('ERR value is not a valid float');
}

/** From and to as Redis counts them, the last included and below zero from the end, for `slice`. */
function span(length: number, from: string | undefined, to: string | undefined): [number, number] {
  const [first, last] = [whole(from), whole(to)];
  return [
    first < 0 ? Math.max(0, length + first) : first,
    last < 0 ? Math.max(0, length + last + 1) : last + 1,
  ];
}

function inOrder(scores: ReadonlyMap<string, number>): [string, number][] {
  return [...scores].sort(([left, one], [right, other]) => one - other || (left < right ? -1 : 1));
}

function between(
  memory: RedisMemory,
  key: string,
  [least, most]: (string | undefined)[],
): [string, number][] {
  const [from, to] = [bound(least), bound(most)];
  return inOrder(memory.scores(key)).filter(([, score]) => score >= from && score <= to);
}

function bound(text: string | undefined): number {
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return text === '+inf' ? Number.POSITIVE_INFINITY : decimal(text ?? '');
}
