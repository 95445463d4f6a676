import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { isLive, type Ticket } from '../../../src/ticket/ticket.ts';
import { type Desk, messageOf, ticketDesk } from './desk.ts';
import { orderOf } from './tickets.ts';

const confirmed = orderOf([1, 2], { revision: 3 });
const refunding = orderOf([], { revision: 4 });
const refunded = orderOf([], { revision: 5 });

async function live({ store }: Pick<Desk, 'store'>): Promise<number[]> {
  const { tickets } = await store.ofOrder(12);
  return tickets.filter(isLive).map(({ id }: Ticket) => id.seatId);
}

describe('messages about an order', () => {
  it('issue a ticket for each seat, and kill them when it is refunded', async () => {
    const desk = await ticketDesk();
    desk.orders.set(12, confirmed);
    await desk.deliver(messageOf('CONFIRMED', 'm1'));
    expect(await live(desk)).toEqual([1, 2]);
    desk.orders.set(12, refunded);
    await desk.deliver(messageOf('CANCELLED', 'm2'));
    expect(await live(desk)).toEqual([]);
    const { tickets } = await desk.store.ofOrder(12);
    expect(tickets.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(await desk.store.history((tickets[0] as Ticket).id, 9)).toMatchObject([
      { from: null, to: 'VALID' },
      { from: 'VALID', to: 'CANCELLED' },
    ]);
  });

  it('kill the tickets of those seats that are given back in part', async () => {
    const desk = await ticketDesk();
    await desk.sell([1, 2]);
    desk.orders.set(12, orderOf([2], { revision: 6 }));
    await desk.deliver(messageOf('CONFIRMED', 'part'));
    expect(await live(desk)).toEqual([2]);
  });

  it('that come twice change nothing the second time', async () => {
    const desk = await ticketDesk();
    desk.orders.set(12, confirmed);
    await desk.deliver(messageOf('CONFIRMED', 'm1'));
    const { tickets } = await desk.store.ofOrder(12);
    const asked = desk.faults.asked;
    await desk.deliver(messageOf('CONFIRMED', 'm1'));
    expect(desk.faults.asked).toBe(asked);
    expect((await desk.store.ofOrder(12)).tickets).toEqual(tickets);
  });

  it('whose commit fails leave nothing, and do their work when they come again', async () => {
    const desk = await ticketDesk();
    desk.orders.set(12, confirmed);
    desk.faults.failNext();
    await expect(desk.deliver(messageOf('CONFIRMED', 'm1'))).rejects.toThrow(Unavailable);
    expect(await live(desk)).toEqual([]);
    expect(await desk.store.hasTaken('ticket', 'm1')).toBe(false);
    await desk.deliver(messageOf('CONFIRMED', 'm1'));
    expect(await live(desk)).toEqual([1, 2]);
    expect(await desk.store.hasTaken('ticket', 'm1')).toBe(true);
  });

  it('about what nobody knows here are left to others', async () => {
    const desk = await ticketDesk();
    const { asked } = desk.faults;
    await desk.deliver(messageOf('CONFIRMED', 'unknown order', 99));
    await desk.deliver({ ...messageOf('CONFIRMED', 'odd'), body: 'odd' });
    await desk.deliver({ ...messageOf('CONFIRMED', 'null'), body: null });
    expect(desk.faults.asked).toBe(asked);
  });
});

describe('however late, often and in whatever order messages come', () => {
  const step = fc.constantFrom<'move' | 'm1' | 'm2' | 'm3' | 'look'>('move', 'm1', 'm2', 'm3', 'look');

  it('the tickets are in the end what the order is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const desk = await ticketDesk();
        const nodes = [desk, desk.anotherNode()] as const;
        const ways = [orderOf([], { revision: 1 }), confirmed, refunding, refunded];
        let way = 0;
        const move = () => {
          way = Math.min(way + 1, ways.length - 1);
          desk.orders.set(12, ways[way] as typeof confirmed);
        };
        desk.orders.set(12, ways[0] as typeof confirmed);
        for (const [index, each] of steps.entries()) {
          if (each === 'move') move();
          else if (each === 'look') await desk.tickets.ofOrder(12, 'ann');
          else await nodes[index % 2]?.deliver(messageOf('CONFIRMED', each));
        }
        await Promise.all(nodes.map((node) => node.deliver(messageOf('CONFIRMED', 'last'))));
        expect(await live(desk)).toEqual(way === 1 ? [1, 2] : []);
      }),
      { numRuns: 40 },
    );
  });

  it.each(['first', 'last'])(
    'a node that saw the order before its refund and writes %s leaves no ticket',
    async (place) => {
      const desk = await ticketDesk();
      const slow = desk.anotherNode();
      const write = desk.faults.pause();
      const tell = async (kind: 'confirmed' | 'refunded') => {
        desk.orders.set(12, kind === 'confirmed' ? confirmed : refunded);
        const told = (kind === 'confirmed' ? slow : desk).deliver(messageOf('CONFIRMED', kind));
        const { asked } = desk.faults;
        await vi.waitUntil(() => desk.faults.asked > asked);
        return { told };
      };
      const tellings =
        place === 'first'
          ? [await tell('confirmed'), await tell('refunded')]
          : [await tell('refunded'), await tell('confirmed')];
      desk.orders.set(12, refunded);
      write();
      await Promise.all(tellings.map(({ told }) => told));
      expect(await live(desk)).toEqual([]);
    },
  );
});

describe('a buyer', () => {
  it('finds the tickets before the message about the order came by', async () => {
    const desk = await ticketDesk();
    desk.orders.set(12, confirmed);
    expect(await desk.tickets.ofOrder(12, 'ann')).toHaveLength(2);
    await desk.deliver(messageOf('CONFIRMED', 'm1'));
    expect(await desk.tickets.heldBy('ann', {})).toHaveLength(2);
  });

  it('finds nothing of an order that is somebody else’s', async () => {
    const desk = await ticketDesk();
    desk.orders.set(12, confirmed);
    const { asked } = desk.faults;
    expect(await desk.tickets.ofOrder(12, 'bob')).toEqual([]);
    expect(desk.faults.asked).toBe(asked);
  });
});
