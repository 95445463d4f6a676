import mysql from 'mysql2';
import type { Row, SqlValue, WriteRun } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import { conditionOf, mysqlDialect } from './dialect.ts';

/** Below the packet that every server takes (16 MB), however many bytes a character has. */
const CHARACTERS_PER_STATEMENT = 1_000_000;
const CHARACTERS_PER_PACKET = 4_000_000;

const { statement } = mysqlDialect('MySQL');

/** The statements that write the runs, with the rows in them and parted by semicolons, in as few packets as possible. */
export function packetsOf(runs: readonly WriteRun[]): string[] {
  const packets: string[][] = [];
  let room = 0;
  for (const text of runs.flatMap(statementsOf)) {
    if (text.length > room) {
      packets.push([]);
      room = CHARACTERS_PER_PACKET;
    }
    packets.at(-1)?.push(text);
    room -= text.length;
  }
  return packets.map((texts) => texts.join('; '));
}

function statementsOf({ kind, rows }: WriteRun): string[] {
  const template = statement(kind);
  const separator = kind.write === 'delete' ? ' OR ' : ',';
  const statements: string[] = [];
  let texts: string[] = [];
  let characters = 0;
  const end = () => {
    const text = texts.join(separator);
    if (texts.length > 0) statements.push(template.replace(':rows', () => text));
    texts = [];
    characters = 0;
  };
  for (const row of rows) {
    const text = rowText(kind, row);
    texts.push(text);
    characters += text.length;
    if (characters > CHARACTERS_PER_STATEMENT) end();
  }
  end();
  return statements;
}

function rowText(kind: WriteKind, row: Row): string {
  return kind.write === 'delete'
    ? mysql.format(conditionOf(kind), [...row])
    : `(${row.map(literal).join(',')})`;
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : mysql.escape(value);
}
