import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import type { TicketView } from '../../src/contract/ticket.ts';
import { clientOf, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { buy, openSale } from './sale.ts';

const OPERATIONS = fileURLToPath(new URL('../../docs/operations.md', import.meta.url));

/** The commands as the page has them, for a program elsewhere than where the page takes it to be. */
function asWritten({ url }: Program): { setting: string; list: string; replay: string; drop: string } {
  const block = /```bash\n((?:.*\n)*?.*dead-letters(?:.*\n)*?)\s*```/.exec(
    readFileSync(OPERATIONS, 'utf8'),
  )?.[1];
  const [setting = '', list = '', replay = '', drop = ''] = (block ?? '')
    .split('\n')
    .map((line) => line.trim());
  return { setting: setting.replace('http://127.0.0.1:8000', url), list, replay, drop };
}

let forget: () => void = () => undefined;
afterEach(() => forget());

describe.runIf(existsSync('/usr/bin/curl'))('messages that were given up', () => {
  it('are listed, sent again and dropped with the commands of docs/operations.md', async () => {
    const home = freshFolder();
    forget = () => rmSync(home, { recursive: true, force: true });
    const dataDir = join(home, 'data');
    mkdirSync(dataDir);
    const before = await startProgram({ dataDir });
    const { eventId, seatIds } = await openSale(organiserOf(before), { rows: 1, seatsInRow: 1 });
    const { booking_id } = await buy(clientOf(before), 'ann', eventId, seatIds);
    const ticketsOf = async (program: Program) =>
      (await clientOf(program).as('ann').get<TicketView[]>('/api/v1/tickets')).body.length;
    await eventually(() => ticketsOf(before), 1);
    await before.stop();
    givenUp(join(dataDir, 'onrush.db'), { needed: booking_id, unneeded: 999_999 });

    const program = await startProgram({ dataDir });
    try {
      const { setting, list, replay, drop } = asWritten(program);
      const run = async (command: string, letter = '') => {
        const script = `set -eu\n${setting}\nCONSUMER=ticket MESSAGE=${letter}\n${command}`;
        const env = { PATH: process.env.PATH };
        return (await promisify(execFile)('/bin/sh', ['-c', script], { cwd: dirname(dataDir), env })).stdout;
      };
      expect(await ticketsOf(program)).toBe(0);
      const listed = JSON.parse(await run(list)) as { message_id: string; reason: string }[];
      expect(listed.map(({ message_id, reason }) => [message_id, reason])).toEqual([
        ['needed', 'TypeError: x'],
        ['unneeded', 'TypeError: x'],
      ]);
      expect(JSON.parse(await run(replay, 'needed'))).toEqual({ message_id: 'needed' });
      await eventually(() => ticketsOf(program), 1);
      await run(drop, 'unneeded');
      expect(JSON.parse(await run(list))).toEqual([]);
      await expect(run(replay, 'needed')).rejects.toThrow(/404/);
    } finally {
      await program.stop();
    }
  });
});

/** As if the consumer of tickets had failed at what became of these orders. */
function givenUp(file: string, orders: Record<string, number>): void {
  const ledger = new Database(file);
  for (const table of ['ticket', 'ticket_issue', 'ticket_move', 'inbox']) ledger.exec(`DELETE FROM ${table}`);
  const put = ledger.prepare(
    `INSERT INTO dead_letter (consumer, message_id, topic, message_key, body_json, created_at, reason, attempts, at)
     VALUES ('ticket', ?, 'order.events', '1', ?, 0, 'TypeError: x', 5, ?)`,
  );
  const at = Date.now();
  for (const [id, orderId] of Object.entries(orders))
    put.run(id, JSON.stringify({ type: 'CONFIRMED', orderId }), at);
  ledger.close();
}
