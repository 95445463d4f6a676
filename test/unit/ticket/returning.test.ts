import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { isLive, type Ticket } from '../../../src/ticket/ticket.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const by = (userId: string) => ({ userId, key: undefined });
const staff = { actor: 'staff', key: undefined };

/** Ann has paid for two seats. */
async function annHasTickets() {
  const running = await saleInMemory();
  const { eventId, seatIds } = await running.openEvent(2);
  const { orders, reservations, ticketing, seatStore } = running.sale;
  const ann = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  granted(await reservations.hold(eventId, seatIds, ann));
  const { orderId } = granted(await orders.create(eventId, seatIds, 'ann', undefined));
  granted(await orders.confirmPayment(orderId, 'ann', 'p', undefined));
  const { tickets, gate, paper } = ticketing;
  const [ticket] = (await tickets.ofOrder(orderId, 'ann')) as [Ticket, Ticket];
  return {
    eventId,
    ticket,
    tickets,
    gate,
    orders,
    cancel: () => orders.cancel(orderId, 'ann', null, undefined),
    scan: (code: Ticket) => gate.checkIn(eventId, { code: paper.code(code), gate: 'North' }, staff),
    sold: async () => (await seatStore.counts(eventId)).SOLD,
    liveOf: async (userId: string) => {
      const held = await tickets.heldBy(userId, {});
      return held.filter(isLive) as [Ticket];
    },
  };
}

describe('who passed a ticket on', () => {
  it('does not take it back by cancelling the booking', async () => {
    const { cancel, tickets, ticket, sold, liveOf, scan } = await annHasTickets();
    granted(await tickets.transfer(ticket.id, 'bob', by('ann')));
    expect(refusedWith(await cancel())).toBe('TICKETS_NOT_RETURNABLE');
    expect(await sold()).toBe(2);
    expect(granted(await scan((await liveOf('bob'))[0])).state).toBe('USED');
  });

  it('cancels once it was passed back', async () => {
    const { cancel, tickets, ticket, liveOf, sold } = await annHasTickets();
    granted(await tickets.transfer(ticket.id, 'bob', by('ann')));
    const [received] = await liveOf('bob');
    granted(await tickets.transfer(received.id, 'ann', by('bob')));
    expect(granted(await cancel()).state).toBe('CANCELLED');
    expect(await sold()).toBe(0);
  });

  it('either cancels or passes it on, when he does both at once', async () => {
    for (const isCancelFirst of [true, false]) {
      const { cancel, tickets, ticket, liveOf, sold } = await annHasTickets();
      const pass = () => tickets.transfer(ticket.id, 'bob', by('ann'));
      const acts = isCancelFirst ? [cancel, pass] : [pass, cancel];
      await Promise.all(acts.map((act) => act()));
      expect((await liveOf('bob')).length).toBe((await sold()) === 2 ? 1 : 0);
    }
  });

  it('gets the money back when the organiser calls the event off', async () => {
    const { tickets, ticket, orders, eventId, liveOf, sold } = await annHasTickets();
    granted(await tickets.transfer(ticket.id, 'bob', by('ann')));
    await orders.ofEvents.end(eventId, { reason: 'called off', actor: 'organiser' });
    expect(await sold()).toBe(0);
    await tickets.ofOrder(ticket.id.orderId, 'ann');
    expect(await liveOf('bob')).toEqual([]);
  });
});

describe('who has been let in', () => {
  it('does not get the money back, unless it was an error of the gate', async () => {
    const { cancel, ticket, scan, gate, sold } = await annHasTickets();
    granted(await scan(ticket));
    expect(refusedWith(await cancel())).toBe('TICKETS_NOT_RETURNABLE');
    expect(await sold()).toBe(2);
    granted(await gate.undo(ticket.id, staff));
    expect(granted(await cancel()).state).toBe('CANCELLED');
  });

  it('either gets the money back or is let in, when he asks for both at once', async () => {
    for (const isCancelFirst of [true, false]) {
      const { cancel, ticket, scan, sold } = await annHasTickets();
      const acts = [cancel, () => scan(ticket)];
      const answers = await Promise.all((isCancelFirst ? acts : acts.reverse()).map((act) => act()));
      expect(answers.filter(isRefusal)).toHaveLength(1);
      expect(await sold()).toBe(isCancelFirst ? 0 : 2);
    }
  });
});
