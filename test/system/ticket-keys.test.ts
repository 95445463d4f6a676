import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import type { TicketDetail, TicketView } from '../../src/contract/ticket.ts';
import { bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { buy, openSale } from './sale.ts';

const [OLD, FRESH] = ['1'.repeat(64), '2'.repeat(64)];
const dataDir = freshFolder();
let program: Program | undefined;
afterAll(async () => {
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The same sale with other keys of its tickets; the first of them signs. */
async function turnedTo(...keys: string[]): Promise<Program> {
  await program?.stop();
  program = await startProgram({
    dataDir,
    env: { TICKET_KEYS: keys.join(','), RATE_LIMIT_PER_PRINCIPAL: '0' },
  });
  return program;
}

const shown = async (ticketId: string) =>
  bodyOf(
    await clientOf(program as Program)
      .as('ann')
      .get<TicketDetail>(`/api/v1/tickets/${ticketId}`),
  ).code as string;
const scanned = (eventId: number, code: string) =>
  organiserOf(program as Program).post(`/api/v1/events/${eventId}/check-ins`, { code, gate: 'North' });

it('a turned key leaves printed tickets good until it is taken out; what is shown anew has the new one', async () => {
  const first = await turnedTo(OLD);
  const { eventId, seatIds } = await openSale(organiserOf(first), { rows: 1, seatsInRow: 2 });
  const { booking_id } = await buy(clientOf(first), 'ann', eventId, seatIds);
  const path = `/api/v1/tickets?booking_id=${booking_id}`;
  const tickets = bodyOf(await clientOf(first).as('ann').get<TicketView[]>(path));
  const [one, other] = tickets.map(({ ticket_id }) => ticket_id) as [string, string];
  const printed = { one: await shown(one), other: await shown(other) };

  await turnedTo(FRESH, OLD);
  expect(await shown(other)).not.toBe(printed.other);
  bodyOf(await scanned(eventId, printed.one));

  await turnedTo(FRESH);
  expectRefusal(await scanned(eventId, printed.other), { status: 422, code: 'TICKET_CODE_INVALID' });
  bodyOf(await scanned(eventId, await shown(other)));
});
