import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import { bodyOf, clientOf, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { type Program, startProgram } from './program.ts';
import { buy, hold, openSale } from './sale.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram({ env: { AUDIT_SECONDS: '1' } });
});
afterAll(() => program.stop());

async function metric(name: string): Promise<number[]> {
  const { text } = await organiserOf(program).get('/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.map((line) => Number(line.split(' ').at(-1)));
}

const statusOf = async (eventId: number) =>
  bodyOf(await clientOf(program).get<EventView>(`/api/v1/events/${eventId}`)).status;

it('shows that nothing is broken, from the start', async () => {
  expect(await metric('oversell_total')).toEqual([0]);
  const violations = await metric('invariant_violations_total');
  expect(violations.length).toBeGreaterThan(10);
  expect(Math.max(...violations)).toBe(0);
});

it('counts what is broken, names the rows, and pauses the sale of that event and of no other', async () => {
  const [broken, oversold, sound] = [
    await openSale(organiserOf(program), { rows: 1, seatsInRow: 3 }),
    await openSale(organiserOf(program), { rows: 1, seatsInRow: 3 }),
    await openSale(organiserOf(program), { rows: 1, seatsInRow: 3 }),
  ];
  const anyone = clientOf(program);
  const [seat] = broken.seatIds as [number];
  await buy(anyone, 'ann', broken.eventId, [seat]);
  const [twice, other] = oversold.seatIds as [number, number];
  await buy(anyone, 'ann', oversold.eventId, [twice]);
  await hold(anyone, 'bob', oversold.eventId, [other]);
  await buy(anyone, 'bob', sound.eventId, sound.seatIds.slice(0, 1));

  const ledger = new Database(join(program.dataDir, 'onrush.db'));
  ledger.exec(`DELETE FROM sale WHERE seat_id = ${seat}`);
  ledger.exec(`UPDATE hold SET seat_id = ${twice} WHERE seat_id = ${other}`);
  ledger.close();

  await eventually(() => statusOf(broken.eventId), 'PAUSED');
  await eventually(() => statusOf(oversold.eventId), 'PAUSED');
  expect(await statusOf(sound.eventId)).toBe('ON_SALE');
  expect(Math.max(...(await metric('invariant_violations_total')))).toBeGreaterThan(0);
  expect(await metric('oversell_total')).toEqual([1]);
  expect(program.output()).toContain(`"invariant":1,"eventId":${oversold.eventId}`);
  expect(program.output()).toContain(`seat ${seat} is not sold to it under its fence`);
  expect(program.output()).toContain('the sale is paused: its rows contradict each other');
  const described = readFileSync('docs/logs.md', 'utf8');
  const lines = program.output().match(/^\{.*"level":"fatal".*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(1);
  for (const field of lines.flatMap((line) => Object.keys(JSON.parse(line) as object)))
    expect(described).toContain(`| \`${field}\` |`);
});
