import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { Script } from '../../src/adapters/redis/scripts.ts';
import { componentPresent } from '../backends/registry.ts';
import { PATIENT, type RedisServer, redisServer } from '../backends/servers/redis.ts';
import { simulatedRedis } from '../backends/simulated-redis.ts';

const key = fc.constantFrom('{one}:a', '{one}:b');
const name = fc.constantFrom('x', 'y', 'z', 'é');
const score = fc.integer({ min: -3, max: 3 }).map(String);
const place = fc.integer({ min: -4, max: 4 }).map(String);
const words = fc.array(name, { minLength: 1, maxLength: 3 });
const pairs = (first: fc.Arbitrary<string>, second: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(first, second), { minLength: 1, maxLength: 3 }).map((each) => each.flat());
const bound = fc.oneof(score, fc.constantFrom('-inf', '+inf'));

const entry = fc.integer({ min: 1, max: 6 }).map((number) => `${number}-0`);
const entries = fc.array(entry, { minLength: 1, maxLength: 3 });
const group = fc.constantFrom('g', 'h');
const idle = fc.constantFrom('0', '60000');

const streamCommand = fc.oneof(
  fc.tuple(fc.constant('XADD'), key, entry, pairs(name, name)),
  fc.tuple(fc.constant('XADD'), key, fc.constantFrom(['MAXLEN', '~', '1000']), entry, pairs(name, name)),
  fc.tuple(fc.constantFrom('XLEN', 'TYPE'), key),
  fc.tuple(fc.constant('XDEL'), key, entries),
  fc.tuple(fc.constant('XTRIM'), key, fc.constant('MAXLEN'), fc.constantFrom('0', '2')),
  fc.tuple(fc.constant('XRANGE'), key, fc.constant('-'), fc.constant('+')),
  fc.tuple(fc.constant('XPENDING'), key, group),
  fc.tuple(fc.constant('XACK'), key, group, entries),
  fc.tuple(fc.constant('XGROUP'), fc.constant('CREATE'), key, group, fc.constantFrom('0', '3-0')),
  fc.tuple(
    fc.constant('XREADGROUP'),
    fc.constant('GROUP'),
    group,
    name,
    fc.constant(['COUNT', '2', 'STREAMS']),
    key,
    fc.constant('>'),
  ),
  fc.tuple(fc.constant('XAUTOCLAIM'), key, group, name, idle, fc.constant(['0-0', 'COUNT', '2'])),
);

const command = fc.oneof(
  { arbitrary: streamCommand, weight: 10 },
  fc.tuple(fc.constantFrom('TYPE', 'PERSIST'), key),
  fc.tuple(fc.constant('RENAME'), key, key),
  fc.tuple(fc.constant('SRANDMEMBER'), key, fc.constant('1000')),
  fc.tuple(fc.constantFrom('GET', 'EXISTS', 'DEL', 'UNLINK', 'INCR', 'HGETALL', 'LLEN', 'SMEMBERS'), key),
  fc.tuple(fc.constant('SET'), key, fc.oneof(name, score)),
  fc.tuple(fc.constant('SET'), key, name, fc.constant('NX'), fc.constant('PX'), fc.constant('60000')),
  fc.tuple(fc.constant('SETRANGE'), key, fc.nat(5).map(String), name),
  fc.tuple(fc.constantFrom('HGET', 'ZSCORE'), key, name),
  fc.tuple(fc.constantFrom('HSET'), key, pairs(name, score)),
  fc.tuple(fc.constantFrom('HMGET', 'HDEL', 'RPUSH', 'SADD', 'SREM', 'ZREM'), key, words),
  fc.tuple(fc.constantFrom('LRANGE', 'LTRIM', 'ZRANGE'), key, place, place),
  fc.tuple(fc.constant('ZRANGE'), key, place, place, fc.constant('WITHSCORES')),
  fc.tuple(fc.constant('ZADD'), key, pairs(fc.oneof(score, name), name)),
  fc.tuple(fc.constant('ZADD'), key, fc.constantFrom('GT', 'XX'), pairs(score, name)),
  fc.tuple(fc.constantFrom('ZCOUNT', 'ZRANGEBYSCORE'), key, bound, bound),
  fc.tuple(fc.constant('ZRANGEBYSCORE'), key, bound, bound, fc.constantFrom(['LIMIT', '1', '2'])),
);

/** Each shows one way in which Lua 5.1 computes, or Redis turns a value into a reply. */
const SCRIPTS = [
  'return 3.7',
  'return { 1, 2, nil, 4 }',
  'return { "a", true, false }',
  'return nil',
  'return tostring(10 / 4) .. "," .. tostring(1e15) .. "," .. tostring(-0.5) .. "," .. 1 / 3',
  'return string.format("%d %.0f %s %03d", 9007199254740991, 9007199254740991, "x", 7)',
  'return { string.match("ab,12,,x", "^(%a+),(%d+),(%d*),(.*)$") }',
  'local all = {} for part in string.gmatch("a1b22", "%d+") do all[#all + 1] = part end return all',
  'return { string.sub("hello", 2, -2), string.byte("A"), string.find("a.b", ".", 1, true) }',
  'local t = {} t[#t + 1], t[#t + 2] = "x", "y" return { #t, t[1], t[2] }',
  'local n = "10" + 5 return { n, "9" < "10", tonumber("0x10"), tonumber("z") or "none" }',
  'return { 7 % 3, -7 % 3, 7 % -3, "10" % 4 }',
  'local f = 0 for i = 10, 1, -3 do f = f + i end return { f, math.floor(-1.5), math.max(2, 10), math.min(3, "2") }',
  'local sum = 0 local function add(n) sum = sum + n end add(2) add(3) return sum',
  'redis.call("HSET", KEYS[1], "a", ARGV[1]) return { redis.call("HGET", KEYS[1], "a"), redis.call("HGET", KEYS[1], "b") }',
  'local t = {} for name, value in pairs({ a = 1 }) do t[#t + 1] = name .. value end return t',
  'for i, each in ipairs({ "p", "q" }) do if each == "q" then return i end end',
  'local i = 0 while true do i = i + 1 if i > 4 then break end end return i',
  'return { unpack({ "a", "b", "c" }, 2) }',
  'return redis.error_reply("NO such luck")',
  'return { redis.call("TYPE", KEYS[1]).ok, redis.call("SET", KEYS[1], "x").ok, redis.call("TYPE", KEYS[1]).ok }',
  'return redis.call("SET", KEYS[1], "x")',
  'local no = redis.pcall("XLEN", KEYS[1]) return { no, redis.pcall("HSET", KEYS[1], "a").err and "refused" }',
  'local id = redis.call("XADD", KEYS[1], "*", "a", "b") return string.match(id, "^%d+%-%d+$") and "an id"',
  'return unknown_name',
  'return 1 < "2"',
];

describe.runIf(componentPresent('redis'))("the simulation's Redis beside a real one", () => {
  let server: RedisServer;
  let real: RedisConnection;
  let simulated: RedisConnection;
  beforeAll(async () => {
    server = await redisServer();
    real = await redisConnection({
      servers: { kind: 'single', address: server.address },
      limits: PATIENT,
    });
  });
  afterAll(async () => {
    real.close();
    await server.stop();
  });

  async function empty(): Promise<void> {
    await server.command('flushall');
    simulated = simulatedRedis().connect({ isAlive: true, atEnd: () => undefined });
  }

  it('answers every command alike, and refuses the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40, size: 'max' }), async (commands) => {
        await empty();
        for (const each of commands) {
          const sent = each.flat();
          const [one, other] = await Promise.all([real, simulated].map((redis) => said(redis, sent)));
          expect({ sent, reply: other }).toEqual({ sent, reply: one });
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(SCRIPTS)('computes alike: %s', async (text) => {
    await empty();
    const source = `#!lua\n${text}`;
    const sha = createHash('sha1').update(source).digest('hex');
    const script: Script = { name: 'tried', source, sha, writes: true };
    const [one, other] = await Promise.all(
      [real, simulated].map((redis) =>
        redis.runScript(script, ['{one}:a'], ['é']).catch((error: Error) => firstWord(error)),
      ),
    );
    expect(other).toEqual(one);
  });
});

/** The order of what a hash or a set holds is nobody's promise. */
async function said(redis: RedisConnection, sent: string[]): Promise<unknown> {
  const reply = await redis.write(sent[1] as string, sent).catch((error: Error) => firstWord(error));
  return ['HGETALL', 'SMEMBERS', 'SRANDMEMBER'].includes(sent[0] as string) && Array.isArray(reply)
    ? reply.sort()
    : reply;
}

/** ERR, WRONGTYPE, …: the rest is for people. */
function firstWord({ message }: Error): string {
  return message.split(' ', 1)[0] ?? '';
}
