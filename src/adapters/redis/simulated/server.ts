import { ErrorReply } from '@redis/client';
import type { Script } from '../scripts.ts';
import { run } from './commands.ts';
import { luaLibrary, tableOf } from './lua-library.ts';
import { type LuaProgram, luaProgram } from './lua-program.ts';
import { LuaError, LuaTable, type LuaValue, toText } from './lua-value.ts';
import { RedisMemory, type Reply } from './memory.ts';

const WRITES = new Set(
  `SET INCR SETRANGE DEL UNLINK RENAME PERSIST PEXPIRE HSET HDEL RPUSH LTRIM SADD SREM ZADD ZREM
   XADD XTRIM XDEL XACK XGROUP XREADGROUP XAUTOCLAIM`.split(/\s+/),
);
/** Their texts are a status, which scripts see as a table with `ok` in it. */
const STATUSES = new Set(['SET', 'LTRIM', 'RENAME', 'TYPE', 'XGROUP']);

/** What one command or one script changed, and when. */
interface Effect {
  at: number;
  commands: (readonly string[])[];
}

interface Surroundings {
  now(): number;
  /** A new history of data gets a name that none had before. */
  replicationId(): string;
  /** Returns how many connections hear it. */
  publish(channel: string, text: string): number;
}

/**
 * One Redis server, in this process. It runs the scripts of lua/ themselves, and may lose the latest of what was written
 * as a server does that a replica takes over from.
 */
export class RedisServer {
  readonly #surroundings: Surroundings;
  readonly #programs = new Map<string, LuaProgram>();
  #memory: RedisMemory;
  #effects: Effect[] = [];
  #history: string;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#memory = new RedisMemory(surroundings.now());
    this.#history = surroundings.replicationId();
  }

  /** Identity of the data's history. */
  get replicationId(): string {
    return this.#history;
  }

  /** Throws ErrorReply. */
  command(command: readonly string[]): Reply {
    return this.#once((effect) => this.#run(command, effect));
  }

  /** All or nothing is seen of it. Throws ErrorReply. */
  script(script: Script, keys: readonly string[], args: readonly string[]): Reply {
    let program = this.#programs.get(script.sha);
    if (!program) {
      program = luaProgram(script.source);
      this.#programs.set(script.sha, program);
    }
    const act = program;
    return this.#once((effect) => {
      const call = (...given: LuaValue[]) => {
        const command = given.map(toText);
        const reply = this.#run(command, effect);
        const isStatus = typeof reply === 'string' && STATUSES.has(command[0]?.toUpperCase() ?? '');
        return [isStatus ? tableWith('ok', reply) : toLua(reply)];
      };
      const pcall = (...given: LuaValue[]) => {
        try {
          return call(...given);
        } catch (error) {
          if (!(error instanceof ErrorReply)) throw error;
          return [tableWith('err', error.message)];
        }
      };
      const error_reply = (message: LuaValue) => [tableWith('err', toText(message))];
      const redis = tableOf({ call, pcall, error_reply });
      const globals = luaLibrary(redis);
      globals.set('KEYS', LuaTable.of(keys));
      globals.set('ARGV', LuaTable.of(args));
      try {
        return fromLua(act(globals)[0]);
      } catch (error) {
        if (!(error instanceof LuaError)) throw error;
        throw new ErrorReply(`ERR ${script.name}: ${error.message} script: ${script.sha}`);
      }
    });
  }

  /** Everything that was written after a moment is gone, and the data have another history from now on. */
  forgetSince(moment: number): void {
    const kept = this.#effects.filter(({ at }) => at <= moment);
    this.#memory = new RedisMemory(this.#surroundings.now());
    for (const { at, commands } of kept) {
      this.#memory.now = at;
      for (const command of commands) run(this.#memory, command);
    }
    this.#effects = kept;
    this.#history = this.#surroundings.replicationId();
  }

  #once<R>(act: (effect: Effect) => R): R {
    const at = this.#surroundings.now();
    this.#memory.now = at;
    const effect: Effect = { at, commands: [] };
    try {
      return act(effect);
    } finally {
      if (effect.commands.length > 0) this.#effects.push(effect);
    }
  }

  #run(command: readonly string[], effect: Effect): Reply {
    const name = command[0]?.toUpperCase() ?? '';
    if (name === 'TIME') return timeOf(effect.at);
    if (name === 'INFO') return `# Replication\r\nrole:master\r\nmaster_replid:${this.#history}\r\n`;
    if (name === 'SPUBLISH') return this.#surroundings.publish(command[1] ?? '', command[2] ?? '');
    const reply = run(this.#memory, command);
    if (WRITES.has(name)) effect.commands.push(command);
    return reply;
  }
}

function timeOf(millis: number): Reply {
  return [`${Math.floor(millis / 1_000)}`, `${(millis % 1_000) * 1_000}`];
}

function tableWith(name: 'ok' | 'err', text: string): LuaTable {
  const table = new LuaTable();
  table.set(name, text);
  return table;
}

function toLua(reply: Reply): LuaValue {
  if (reply === null) return false;
  return Array.isArray(reply) ? LuaTable.of(reply.map(toLua)) : reply;
}

/** As Redis turns what a script returns into a reply: numbers are cut, a list ends at its first nil. */
function fromLua(value: LuaValue): Reply {
  if (value === undefined || value === false) return null;
  if (value === true) return 1;
  if (typeof value === 'number') return Math.trunc(value);
  if (value instanceof LuaTable) {
    const error = value.get('err');
    if (typeof error === 'string') throw new ErrorReply(error);
    const status = value.get('ok');
    if (typeof status === 'string') return status;
    return value.list.map(fromLua);
  }
  if (typeof value === 'function') throw new LuaError('a script returns a function');
  return value;
}
