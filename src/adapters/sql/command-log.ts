import type { Clock, Millis } from '../../core/clock.ts';
import type { CommandLog, CommandRecord } from '../../core/command.ts';
import type { Database, Row, Write } from './database.ts';
import { gatheredReads } from './gathered-reads.ts';
import type { WriteKind } from './write-kind.ts';

/** A plain insert: the same id twice fails the commit, since only one effect may stand behind it. */
const PUT_COMMAND: WriteKind = {
  write: 'insert',
  table: 'command',
  columns: { command_id: 'text', body_hash: 'text', reply_json: 'text', at: 'int' },
};

/** What was decided elsewhere cannot be refused here: of two effects under one id, the first one's answer stays. */
const KEEP_COMMAND: WriteKind = {
  ...PUT_COMMAND,
  write: 'upsert',
  key: ['command_id'],
  update: {},
};

const FORGET_COMMANDS: WriteKind = {
  write: 'delete',
  table: 'command',
  columns: { at: 'int' },
  where: 'below',
};

export function commandWrite(record: CommandRecord): Write {
  return { kind: PUT_COMMAND, row: commandRow(record) };
}

/** For an effect that is there already. */
export function lateCommandWrite(record: CommandRecord): Write {
  return { kind: KEEP_COMMAND, row: commandRow(record) };
}

function commandRow({ key, reply, at }: CommandRecord): Row {
  return [key.id, key.bodyHash, JSON.stringify(reply), at];
}

interface CommandRow {
  command_id: string | Buffer;
  body_hash: string;
  reply_json: string;
  at: number;
}

export function sqlCommandLog(
  database: Database,
  clock: Clock,
  options: { keptMillis: Millis },
): CommandLog & { forgetOld(): Promise<void> } {
  const read = gatheredReads<CommandRow>(database, {
    select: 'SELECT command_id, body_hash, reply_json, at FROM command WHERE command_id',
    // MySQL keeps long keys as bytes.
    keyOf: ({ command_id }) => String(command_id),
  });
  return {
    async find(id) {
      const [row] = await read(id);
      return row && { key: { id, bodyHash: row.body_hash }, reply: JSON.parse(row.reply_json), at: row.at };
    },
    forgetOld() {
      return database.commit([{ kind: FORGET_COMMANDS, row: [clock.now() - options.keptMillis] }]);
    },
  };
}
