import { ErrorReply } from '@redis/client';
import type { RedisMemory, Reply } from './memory.ts';
import { idOf, inOrder, type Stream } from './stream.ts';

/** Does one command to the data. Throws ErrorReply. */
export type Command = (memory: RedisMemory, key: string, args: readonly string[]) => Reply;

/** What the delivery of requests, and who looks after it, ask of streams; other forms of these commands are refused. */
export const STREAM_COMMANDS: Readonly<Record<string, Command>> = {
  XADD(memory, key, args) {
    // A trim that is only about right may leave everything.
    const [id = '', ...fields] =
      args[0]?.toUpperCase() === 'MAXLEN' && args[1] === '~' ? args.slice(3) : args;
    if (fields.length === 0 || fields.length % 2 === 1)
      throw new ErrorReply("ERR wrong number of arguments for 'xadd' command");
    if (id !== '*') idOf(id);
    return memory.stream(key).add(id, fields, memory.now);
  },
  XTRIM(memory, key, [word = '', most = '']) {
    if (word.toUpperCase() !== 'MAXLEN') throw new ErrorReply('ERR syntax error');
    return memory.knownStream(key)?.keepLatest(Number(most)) ?? 0;
  },
  XRANGE(memory, key, [from, to]) {
    if (from !== '-' || to !== '+') throw new ErrorReply('ERR syntax error');
    return memory.knownStream(key)?.all() ?? [];
  },
  XPENDING(memory, key, [group = '']) {
    const { pending } = groupOf(memory, key, group).readers;
    const ids = inOrder(pending.keys());
    const consumers = [...new Set([...pending.values()].map(({ consumer }) => consumer))].sort();
    const countOf = (name: string) =>
      [...pending.values()].filter(({ consumer }) => consumer === name).length;
    const counts = consumers.map((name) => [name, String(countOf(name))]);
    return [ids.length, ids[0] ?? null, ids.at(-1) ?? null, counts.length > 0 ? counts : null];
  },
  XLEN: (memory, key) => memory.knownStream(key)?.length ?? 0,
  XDEL: (memory, key, ids) => ids.filter((id) => memory.knownStream(key)?.delete(id)).length,
  XACK(memory, key, [group = '', ...ids]) {
    const pending = memory.knownStream(key)?.groups.get(group)?.pending;
    return ids.filter((id) => pending?.delete(idOf(id).join('-'))).length;
  },
  XGROUP(memory, create, [key = '', group = '', from = '']) {
    if (create.toUpperCase() !== 'CREATE') throw new ErrorReply('ERR unknown subcommand');
    const stream = memory.knownStream(key);
    if (!stream) throw new ErrorReply('ERR The XGROUP subcommand requires the key to exist.');
    if (stream.groups.has(group)) throw new ErrorReply('BUSYGROUP Consumer Group name already exists');
    stream.groups.set(group, { through: idOf(from), pending: new Map() });
    return 'OK';
  },
  XREADGROUP(memory, word, [group = '', consumer = '', count = '', most = '', streams = '', key = '', from]) {
    const form = [word, count, streams].join(' ').toUpperCase();
    if (form !== 'GROUP COUNT STREAMS' || from !== '>') throw new ErrorReply('ERR syntax error');
    const { stream, readers } = groupOf(memory, key, group);
    const read = stream.readNew(readers, { consumer, most: Number(most), now: memory.now });
    return read.length === 0 ? null : [[key, read]];
  },
  XAUTOCLAIM(memory, key, [group = '', consumer = '', idle = '', start = '', count = '', most = '']) {
    if (start !== '0-0' || count.toUpperCase() !== 'COUNT') throw new ErrorReply('ERR syntax error');
    const { stream, readers } = groupOf(memory, key, group);
    const asked = { consumer, idleMillis: Number(idle), most: Number(most), now: memory.now };
    const { next, claimed, gone } = stream.claimSilent(readers, asked);
    return [next, claimed, gone];
  },
};

function groupOf(memory: RedisMemory, key: string, group: string) {
  const stream: Stream | undefined = memory.knownStream(key);
  const readers = stream?.groups.get(group);
  if (stream && readers) return { stream, readers };
  throw new ErrorReply(`NOGROUP No such key '${key}' or consumer group '${group}'`);
}
