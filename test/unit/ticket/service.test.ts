import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/ticket/ticket.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { ticketDesk } from './desk.ts';

const ann = { userId: 'ann', key: undefined };
const staff = { actor: 'staff', key: undefined };

async function deskWithTicket() {
  const desk = await ticketDesk();
  const [ticket] = (await desk.sell([1])) as [Ticket];
  const scan = (code: string) => desk.gate.checkIn(3, { code, gate: 'North' }, staff);
  return { desk, ticket, scan };
}

describe('a ticket that is passed on', () => {
  it('lets in its new holder only, and both see what happened', async () => {
    const { desk, ticket, scan } = await deskWithTicket();
    const oldCode = desk.paper.code(ticket);
    granted(await desk.tickets.transfer(ticket.id, 'bob', ann));
    expect(await desk.tickets.heldBy('ann', {})).toMatchObject([{ state: 'TRANSFERRED', passedTo: 'bob' }]);
    const [received] = await desk.tickets.heldBy('bob', {});
    expect(received).toMatchObject({ state: 'VALID', receivedFrom: 'ann' });
    expect(await scan(oldCode)).toMatchObject({
      refused: 'TICKET_NOT_VALID',
      facts: { state: 'TRANSFERRED' },
    });
    expect(granted(await scan(desk.paper.code(received as Ticket))).state).toBe('USED');
  });

  it('is nobody else’s to pass on', async () => {
    const { desk, ticket } = await deskWithTicket();
    const bob = { userId: 'bob', key: undefined };
    expect(refusedWith(await desk.tickets.transfer(ticket.id, 'bob', bob))).toBe('TICKET_NOT_FOUND');
    expect(refusedWith(await desk.tickets.reissue({ ...ticket.id, revision: 9 }, ann))).toBe(
      'TICKET_NOT_FOUND',
    );
    granted(await desk.tickets.transfer(ticket.id, 'bob', ann));
    expect(refusedWith(await desk.tickets.transfer(ticket.id, 'zoe', ann))).toBe('TICKET_NOT_VALID');
  });

  it('goes to one of many at once', async () => {
    const { desk, ticket } = await deskWithTicket();
    const other = desk.anotherNode();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? desk : other).tickets.transfer(ticket.id, `friend-${index}`, ann),
      ),
    );
    expect(answers.filter((answer) => refusedWith(answer) === undefined)).toHaveLength(1);
    const { tickets } = await desk.store.ofOrder(12);
    expect(tickets.map(({ state }) => state)).toEqual(['TRANSFERRED', 'VALID']);
  });

  it('dies with the booking that paid for it', async () => {
    const { desk, ticket, scan } = await deskWithTicket();
    granted(await desk.tickets.transfer(ticket.id, 'bob', ann));
    const [received] = (await desk.tickets.heldBy('bob', {})) as [Ticket];
    desk.giveBack();
    expect(await scan(desk.paper.code(received))).toMatchObject({ facts: { state: 'CANCELLED' } });
  });
});

describe('a ticket that is issued anew', () => {
  it('lets in with the new code only', async () => {
    const { desk, ticket, scan } = await deskWithTicket();
    const issued = granted(await desk.tickets.reissue(ticket.id, ann));
    expect(issued).toMatchObject({ holderId: 'ann', state: 'VALID', id: { revision: 2 } });
    expect(await scan(desk.paper.code(ticket))).toMatchObject({ facts: { state: 'REPLACED' } });
    expect(granted(await scan(desk.paper.code(issued))).state).toBe('USED');
  });

  it('is so once for a repeated key, and the answer is the same', async () => {
    const { desk, ticket } = await deskWithTicket();
    const keyed = { userId: 'ann', key: { id: 'k', bodyHash: 'b' } };
    const first = granted(await desk.tickets.reissue(ticket.id, keyed));
    expect(granted(await desk.tickets.reissue(ticket.id, keyed))).toEqual(first);
    expect((await desk.store.ofOrder(12)).tickets).toHaveLength(2);
  });

  it('is so a limited number of times', async () => {
    const { desk, ticket } = await deskWithTicket();
    let { id } = ticket;
    for (let times = 0; times < 99; times++) id = granted(await desk.tickets.reissue(id, ann)).id;
    expect(refusedWith(await desk.tickets.reissue(id, ann))).toBe('TICKET_CHANGE_LIMIT');
  });
});

describe('paper', () => {
  it('is only for tickets that are in force', async () => {
    const { desk, ticket, scan } = await deskWithTicket();
    expect(granted(await desk.tickets.liveTicket(ticket.id, 'ann'))).toEqual(ticket);
    granted(await scan(desk.paper.code(ticket)));
    expect(granted(await desk.tickets.liveTickets(12, 'ann'))).toHaveLength(1);
    desk.giveBack();
    expect(refusedWith(await desk.tickets.liveTickets(12, 'ann'))).toBe('TICKET_NOT_FOUND');
    expect(refusedWith(await desk.tickets.liveTicket(ticket.id, 'ann'))).toBe('TICKET_NOT_VALID');
    expect(refusedWith(await desk.tickets.liveTicket(ticket.id, 'bob'))).toBe('TICKET_NOT_FOUND');
  });

  it('speaks the buyer’s language to the buyer', async () => {
    const desk = await ticketDesk();
    const [ticket] = (await desk.sell([1], { contact: { email: 'a@example.com', language: 'ko' } })) as [
      Ticket,
    ];
    expect(await desk.tickets.languageFor(ticket)).toBe('ko');
    expect(await desk.tickets.languageFor({ ...ticket, holderId: 'bob' })).toBe('en');
  });
});
