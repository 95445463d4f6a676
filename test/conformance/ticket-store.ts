import { expect, it } from 'vitest';
import { Conflict } from '../../src/core/conflict.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { begun, type Mail, newMail, sent } from '../../src/ticket/mail.ts';
import { admitted, settled, transferred } from '../../src/ticket/moves.ts';
import type { Issue } from '../../src/ticket/ports/ticket-store.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import type { TicketedOrder } from '../../src/ticket/ticketed-order.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { onEach } from './on-each.ts';

const NOW = 1_700_000_000_000;

/** A confirmed order of two seats with ids of its own, and its first tickets. */
async function issued({ ports }: Running, more: Partial<TicketedOrder> = {}) {
  const orderId = await ports.ids.nextBlock('booking', 1);
  const seat = { number: 'A1', section: 'Floor', row: null, type: 'VIP' };
  const order: TicketedOrder = {
    orderId,
    reference: `BK-${orderId}`,
    eventId: orderId,
    buyerId: `buyer ${orderId}`,
    revision: 3,
    seats: [
      { ...seat, seatId: 2, section: '1층 가구역' },
      { ...seat, seatId: 1 },
    ],
    contact: null,
    ...more,
  };
  const changes = settled(order, [], NOW);
  const issue: Issue = { orderId, eventId: order.eventId, orderRevision: 3, version: 1, at: NOW };
  return { order, orderId, ...changes, issue, ticket: changes.tickets[0] as Ticket };
}

export function ticketStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'TicketStore', (running) => {
    saving(running);
    fencing(running);
    finding(running);
  });
}

const bySeat = (tickets: readonly Ticket[]) => [...tickets].sort((a, b) => a.id.seatId - b.id.seatId);

function saving(running: () => Running): void {
  it('save: tickets, moves, issue, message, mail and record are durable when it resolves', async () => {
    const { orderId, tickets, moves, issue, ticket } = await issued(running());
    const taken = { consumer: 'ticket', messageId: `of ${orderId}`, at: NOW };
    const mail = newMail(orderId, { email: 'a@example.com', language: 'ko' }, NOW);
    const record = { key: { id: `issue ${orderId}`, bodyHash: 'b' }, reply: { orderId }, at: NOW };
    await running().ports.ticketStore.save({ tickets, moves, issue, taken, mail, record });
    await running().reopen();
    const { ticketStore, mailStore, commandLog } = running().ports;
    expect(await ticketStore.ofOrder(orderId)).toEqual({ issue, tickets: bySeat(tickets) });
    expect(await ticketStore.history(ticket.id, 9)).toEqual([moves[0]]);
    expect(await ticketStore.hasTaken('ticket', taken.messageId)).toBe(true);
    expect(await mailStore.find(orderId)).toEqual(mail);
    expect(await commandLog.find(record.key.id)).toEqual(record);
  });

  it('save: all or nothing: when it fails, nothing of it is there', async () => {
    const { orderId, tickets, moves, issue } = await issued(running());
    const taken = { consumer: 'ticket', messageId: `of ${orderId}`, at: NOW };
    const mail = newMail(orderId, { email: 'a@example.com', language: 'en' }, NOW);
    running().faults.failNext();
    const { ticketStore, mailStore } = running().ports;
    await expect(ticketStore.save({ tickets, moves, issue, taken, mail })).rejects.toThrow(Unavailable);
    expect(await ticketStore.ofOrder(orderId)).toEqual({ issue: undefined, tickets: [] });
    expect(await ticketStore.hasTaken('ticket', taken.messageId)).toBe(false);
    expect(await mailStore.find(orderId)).toBeUndefined();
  });

  it('save: keeps every field of a ticket through its whole life', async () => {
    const { orderId, tickets, ticket } = await issued(running());
    const { ticketStore } = running().ports;
    await ticketStore.save({ tickets });
    const passed = transferred(ticket, '받는 사람', NOW + 1);
    const used = admitted(passed.tickets[1] as Ticket, { at: NOW + 2, gate: '3번 출입구' }, 'staff');
    await ticketStore.save(passed);
    await ticketStore.save(used);
    const [, ...ofSecondSeat] = (await ticketStore.ofOrder(orderId)).tickets;
    expect(ofSecondSeat).toEqual([passed.tickets[0], used.tickets[0]]);
    expect(await ticketStore.history((used.tickets[0] as Ticket).id, 9)).toEqual([
      passed.moves[1],
      used.moves[0],
    ]);
    expect(await ticketStore.history((used.tickets[0] as Ticket).id, 1)).toEqual([passed.moves[1]]);
  });
}

function fencing(running: () => Running): void {
  it('save: fenced: a ticket that is as new as the given one refuses it, and all that comes with it', async () => {
    const { orderId, tickets, ticket } = await issued(running());
    const { ticketStore } = running().ports;
    await ticketStore.save({ tickets });
    const first = admitted(ticket, { at: NOW + 1, gate: 'North' }, 'staff');
    const second = admitted(ticket, { at: NOW + 2, gate: 'South' }, 'staff');
    await ticketStore.save(first);
    const record = { key: { id: `scan ${orderId}`, bodyHash: 'b' }, reply: 1, at: NOW };
    await expect(ticketStore.save({ ...second, record })).rejects.toThrow(Conflict);
    expect(await ticketStore.find(ticket.id)).toEqual(first.tickets[0]);
    expect(await running().ports.commandLog.find(record.key.id)).toBeUndefined();
    await expect(ticketStore.save({ tickets })).rejects.toThrow(Conflict);
  });

  it('save: fenced: an issue that is as new as the given one refuses it', async () => {
    const { orderId, tickets, issue } = await issued(running());
    const { ticketStore } = running().ports;
    await ticketStore.save({ issue: { ...issue, orderRevision: 5 } });
    await expect(ticketStore.save({ issue, tickets })).rejects.toThrow(Conflict);
    expect((await ticketStore.ofOrder(orderId)).tickets).toEqual([]);
    const next = { ...issue, version: 2, orderRevision: 6, at: NOW + 1 };
    await ticketStore.save({ issue: next });
    expect((await ticketStore.ofOrder(orderId)).issue).toEqual(next);
  });

  it('save: refused when the message was dealt with before; each consumer deals with it', async () => {
    const { orderId, tickets } = await issued(running());
    const { ticketStore } = running().ports;
    const taken = { consumer: 'ticket', messageId: `of ${orderId}`, at: NOW };
    await ticketStore.save({ taken });
    await expect(ticketStore.save({ taken, tickets })).rejects.toThrow(Conflict);
    expect((await ticketStore.ofOrder(orderId)).tickets).toEqual([]);
    expect(await ticketStore.hasTaken('another', taken.messageId)).toBe(false);
    await ticketStore.save({ taken: { ...taken, consumer: 'another' } });
  });

  it('save: of many entries by one ticket at once, one is written', async () => {
    const { tickets, ticket } = await issued(running());
    await running().ports.ticketStore.save({ tickets });
    const scans = Array.from({ length: 10 }, (_, gate) =>
      admitted(ticket, { at: NOW, gate: `${gate}` }, 'staff'),
    );
    const results = await Promise.allSettled(scans.map((scan) => running().ports.ticketStore.save(scan)));
    const written = results.filter(({ status }) => status === 'fulfilled').length;
    // A committer that lets a batch share its fate may write none of them.
    expect(written).toBeLessThanOrEqual(1);
    expect((await running().ports.ticketStore.find(ticket.id))?.state).toBe(written ? 'USED' : 'VALID');
  });
}

function finding(running: () => Running): void {
  it('find: the ticket, or undefined', async () => {
    const { tickets, ticket } = await issued(running());
    await running().ports.ticketStore.save({ tickets });
    expect(await running().ports.ticketStore.find(ticket.id)).toEqual(ticket);
    expect(await running().ports.ticketStore.find({ ...ticket.id, revision: 2 })).toBeUndefined();
  });

  it('heldBy: what a person holds or held, latest order first, of one event if wished, at most `limit`', async () => {
    const { ticketStore, ids } = running().ports;
    const buyerId = `holder ${ids.ulid()}`;
    const [earlier, later] = [await issued(running(), { buyerId }), await issued(running(), { buyerId })];
    for (const { tickets } of [earlier, later]) await ticketStore.save({ tickets });
    const passed = transferred(earlier.tickets[1] as Ticket, `friend of ${buyerId}`, NOW);
    await ticketStore.save(passed);
    const ofEarlier = [passed.tickets[0], earlier.tickets[0]];
    expect(await ticketStore.heldBy(buyerId, { limit: 9 })).toEqual([...bySeat(later.tickets), ...ofEarlier]);
    expect(await ticketStore.heldBy(buyerId, { eventId: earlier.order.eventId, limit: 9 })).toEqual(
      ofEarlier,
    );
    expect(await ticketStore.heldBy(buyerId, { limit: 1 })).toEqual([later.tickets[1]]);
    expect(await ticketStore.heldBy(buyerId.toUpperCase(), { limit: 9 })).toEqual([]);
  });

  it('liveOf: tickets that let in or have let in, by seat', async () => {
    const { ticketStore } = running().ports;
    const { order, tickets } = await issued(running());
    await ticketStore.save({ tickets });
    const [second, first] = tickets as [Ticket, Ticket];
    const passed = transferred(second, 'bob', NOW);
    const used = admitted(first, { at: NOW, gate: 'G' }, 'staff');
    await ticketStore.save(passed);
    await ticketStore.save(used);
    expect(await ticketStore.liveOf(order.eventId)).toEqual([used.tickets[0], passed.tickets[1]]);
  });
}

export function mailStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'MailStore', (running) => {
    const mailDue = async (dueAt: number): Promise<Mail> => {
      const orderId = await running().ports.ids.nextBlock('booking', 1);
      return newMail(orderId, { email: 'a@example.com', language: 'en' }, dueAt);
    };

    it('due: mails that must be tried by now, earliest first, at most `limit`', async () => {
      const { ticketStore, mailStore } = running().ports;
      const [late, early, later] = [await mailDue(20), await mailDue(10), await mailDue(21)];
      for (const mail of [late, early, later]) await ticketStore.save({ mail });
      expect(await mailStore.due(20, 9)).toEqual([early, late]);
      expect(await mailStore.due(20, 1)).toEqual([early]);
      await mailStore.save(sent(begun(early, 20), 20));
      expect(await mailStore.due(20, 9)).toEqual([late]);
    });

    it('save: durable when it resolves; fenced: refused when the mail that is there is as new', async () => {
      const mail = await mailDue(30);
      await running().ports.ticketStore.save({ mail });
      const trying = begun(mail, 31);
      await running().ports.mailStore.save(trying);
      await running().reopen();
      await expect(running().ports.mailStore.save(begun(mail, 32))).rejects.toThrow(Conflict);
      expect(await running().ports.mailStore.find(mail.orderId)).toEqual(trying);
    });
  });
}
