import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admitted,
  readmittable,
  reissued,
  settled,
  type TicketChanges,
  transferred,
} from '../../../src/ticket/moves.ts';
import {
  formatTicketId,
  isLive,
  parseTicketId,
  TICKET_MOVES,
  TICKET_STATES,
  type Ticket,
  type TicketState,
} from '../../../src/ticket/ticket.ts';
import { NOW, orderOf, ticketOf } from './tickets.ts';

const seatsOf = (tickets: readonly Ticket[]) => tickets.filter(isLive).map(({ id }) => id.seatId);

describe('the tickets of an order', () => {
  it('are one for each seat that it paid for', () => {
    const { tickets, moves } = settled(orderOf([1, 2]), [], NOW);
    expect(tickets.map(({ id }) => formatTicketId(id))).toEqual(['12-1-1', '12-2-1']);
    expect(tickets).toMatchObject([{ holderId: 'ann', state: 'VALID', version: 1 }, { holderId: 'ann' }]);
    expect(moves).toMatchObject([{ from: null, to: 'VALID', actor: null }, { to: 'VALID' }]);
  });

  it('are left alone when they are as they should be', () => {
    const { tickets } = settled(orderOf([1, 2]), [], NOW);
    expect(settled(orderOf([1, 2]), tickets, NOW + 1)).toEqual({ tickets: [], moves: [] });
  });

  it('die with the seats that are given back, and only with those', () => {
    const { tickets } = settled(orderOf([1, 2]), [], NOW);
    const { tickets: changed } = settled(orderOf([2]), tickets, NOW);
    expect(changed).toMatchObject([{ id: { seatId: 1 }, state: 'CANCELLED', version: 2 }]);
  });

  it('are never issued twice for a seat, whatever became of the first', () => {
    const [ticket] = settled(orderOf([1]), [], NOW).tickets as [Ticket];
    for (const state of TICKET_STATES) {
      expect(settled(orderOf([1]), [{ ...ticket, state }], NOW).tickets).toEqual([]);
    }
  });

  it('die in the hands of whoever holds them', () => {
    const [bought] = settled(orderOf([1]), [], NOW).tickets as [Ticket];
    const passed = transferred(bought, 'bob', NOW).tickets;
    expect(settled(orderOf([]), passed, NOW).tickets).toMatchObject([
      { holderId: 'bob', state: 'CANCELLED', id: { revision: 2 } },
    ]);
  });
});

describe('a ticket', () => {
  it('that is passed on ends, and goes on with another person under the next revision', () => {
    const [former, present] = transferred(ticketOf(), 'bob', NOW).tickets;
    expect(former).toMatchObject({ state: 'TRANSFERRED', holderId: 'ann', passedTo: 'bob', version: 2 });
    expect(present).toMatchObject({ state: 'VALID', holderId: 'bob', receivedFrom: 'ann', version: 1 });
    expect(present?.id).toEqual({ ...ticketOf().id, revision: 2 });
  });

  it('that is issued anew ends, and goes on with the same person', () => {
    const [former, present] = reissued(ticketOf({ receivedFrom: 'zoe' }), NOW).tickets;
    expect(former).toMatchObject({ state: 'REPLACED', holderId: 'ann', passedTo: null });
    expect(present).toMatchObject({ state: 'VALID', holderId: 'ann', receivedFrom: 'zoe', version: 1 });
  });

  it('lets in, and after an undone scan lets in once more', () => {
    const used = admitted(ticketOf(), { at: NOW, gate: 'North' }, 'staff').tickets[0] as Ticket;
    expect(used).toMatchObject({ state: 'USED', entry: { at: NOW, gate: 'North' } });
    const undone = readmittable(used, 'boss', NOW + 5);
    expect(undone.tickets[0]).toMatchObject({ state: 'VALID', entry: null, version: 3 });
    expect(undone.moves).toMatchObject([{ from: 'USED', to: 'VALID', actor: 'boss', gate: 'North' }]);
  });

  it('makes no move that the table does not have', () => {
    for (const state of TICKET_STATES) {
      const ticket = ticketOf({ state });
      const attempts: [TicketState, () => TicketChanges][] = [
        ['USED', () => admitted(ticket, { at: NOW, gate: 'G' }, 'staff')],
        ['TRANSFERRED', () => transferred(ticket, 'bob', NOW)],
        ['REPLACED', () => reissued(ticket, NOW)],
        ['VALID', () => readmittable(ticket, 'staff', NOW)],
      ];
      for (const [to, attempt] of attempts) {
        const isLegal = TICKET_MOVES[state].includes(to);
        if (isLegal) expect(attempt().tickets[0]).toMatchObject({ state: to });
        else expect(attempt, `${state} to ${to}`).toThrow();
      }
    }
  });
});

describe('whatever happens in whatever order', () => {
  type Act = 'pay' | 'refund' | 'refund part' | 'transfer' | 'reissue' | 'scan' | 'undo';
  const act = fc.constantFrom<Act>('pay', 'refund', 'refund part', 'transfer', 'reissue', 'scan', 'undo');

  it('each owned seat has one live ticket at most, and exactly one once the order was followed', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        let owned = [1, 2];
        let tickets: Ticket[] = [];
        const apply = (changed: readonly Ticket[]) => {
          const isChanged = (each: Ticket) =>
            changed.some(({ id }) => formatTicketId(id) === formatTicketId(each.id));
          tickets = [...tickets.filter((each) => !isChanged(each)), ...changed];
        };
        for (const each of acts) {
          const valid = tickets.find(({ state }) => state === 'VALID');
          const used = tickets.find(({ state }) => state === 'USED');
          if (each === 'refund') owned = [];
          if (each === 'refund part') owned = owned.slice(1);
          if (each === 'transfer' && valid) apply(transferred(valid, `${valid.holderId}x`, NOW).tickets);
          if (each === 'reissue' && valid) apply(reissued(valid, NOW).tickets);
          if (each === 'scan' && valid) apply(admitted(valid, { at: NOW, gate: 'G' }, 's').tickets);
          if (each === 'undo' && used) apply(readmittable(used, 's', NOW).tickets);
          if (each === 'pay') apply(settled(orderOf(owned), tickets, NOW).tickets);
          const live = seatsOf(tickets);
          expect(new Set(live).size).toBe(live.length);
        }
        apply(settled(orderOf(owned), tickets, NOW).tickets);
        // A seat that was refunded before it was ever issued is never issued.
        expect(seatsOf(tickets).sort()).toEqual(owned);
      }),
    );
  });
});

describe('a ticket id', () => {
  it('reads back what it wrote, and nothing else', () => {
    const id = { orderId: 2 ** 53 - 1, seatId: 1, revision: 999_999 };
    expect(parseTicketId(formatTicketId(id))).toEqual(id);
    for (const text of [
      '',
      '1-2',
      '1-2-0',
      '0-2-1',
      '1-2-3-4',
      '01-2-3',
      '1-2-3 ',
      'a-b-c',
      '9007199254740993-1-1',
    ])
      expect(parseTicketId(text), text).toBeUndefined();
  });
});
