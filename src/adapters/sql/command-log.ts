import type { Clock, Millis } from '../../core/clock.ts';
import type { CommandLog, CommandRecord } from '../../core/command.ts';
import type { Database, Write, WriteKind } from './database.ts';

/** A plain insert: the same id twice fails the commit, since only one effect may stand behind it. */
const PUT_COMMAND: WriteKind = {
  table: 'command',
  sql: 'INSERT INTO command (command_id, body_hash, reply_json, at) VALUES (?, ?, ?, ?)',
};

const FORGET_COMMANDS: WriteKind = { table: 'command', sql: 'DELETE FROM command WHERE at < ?' };

export function commandWrite(record: CommandRecord): Write {
  return {
    kind: PUT_COMMAND,
    row: [record.key.id, record.key.bodyHash, JSON.stringify(record.reply), record.at],
  };
}

export function sqlCommandLog(
  database: Database,
  clock: Clock,
  options: { keptMillis: Millis },
): CommandLog & { forgetOld(): Promise<void> } {
  return {
    async find(id) {
      const [row] = await database.query<{ body_hash: string; reply_json: string; at: number }>(
        'SELECT body_hash, reply_json, at FROM command WHERE command_id = ?',
        [id],
      );
      return row && { key: { id, bodyHash: row.body_hash }, reply: JSON.parse(row.reply_json), at: row.at };
    },
    forgetOld() {
      return database.commit([{ kind: FORGET_COMMANDS, row: [clock.now() - options.keptMillis] }]);
    },
  };
}
