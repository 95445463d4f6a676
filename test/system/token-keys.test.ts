import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { tryHold } from './sale.ts';
import { enter, gatedSale, openRoom } from './waiting-line.ts';

const keyOf = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const [OLD, FRESH] = [keyOf('old', 1), keyOf('fresh', 2)];
const dataDir = freshFolder();
let program: Program | undefined;
afterAll(async () => {
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The same sale with other keys of its waiting rooms; the first of them signs. */
async function turnedTo(...keys: string[]): Promise<Program> {
  await program?.stop();
  program = await startProgram({ dataDir, env: { TOKEN_KEYS: keys.join(',') } });
  return program;
}

it('a turned key leaves whoever is inside there until it is taken out; who comes in later has the new one', async () => {
  const first = await turnedTo(OLD);
  const { eventId, seatIds } = await gatedSale(organiserOf(first), 4);
  const [one, two, three, four] = seatIds as [number, number, number, number];
  bodyOf(await openRoom(organiserOf(first), eventId));
  const ann = await enter(clientOf(first), 'ann', eventId);
  bodyOf(await tryHold(clientOf(first), 'ann', eventId, [one], ann), 201);

  const both = await turnedTo(FRESH, OLD);
  bodyOf(await tryHold(clientOf(both), 'ann', eventId, [two], ann), 201);
  const bob = await enter(clientOf(both), 'bob', eventId);
  bodyOf(await tryHold(clientOf(both), 'bob', eventId, [three], bob), 201);

  const last = await turnedTo(FRESH);
  const late = await tryHold(clientOf(last), 'ann', eventId, [four], ann);
  expectRefusal(late, { status: 403, code: 'ADMISSION_INVALID' });
  expect((await tryHold(clientOf(last), 'bob', eventId, [four], bob)).status).toBe(201);
});
