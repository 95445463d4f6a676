import { compactVerify, createLocalJWKSet } from 'jose';
import { describe, expect, it } from 'vitest';
import { ticketKeys } from '../../../src/adapters/system/ticket-keys.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import { codeOf } from '../../../src/ticket/code.ts';
import { gateList } from '../../../src/ticket/gate-list.ts';
import type { Ticket } from '../../../src/ticket/ticket.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { ticketDesk } from './desk.ts';
import { keys, OTHER_SEED } from './tickets.ts';

const staff = { actor: 'staff', key: undefined };

async function gateWithTicket() {
  const desk = await ticketDesk();
  const [ticket] = (await desk.sell([1])) as [Ticket];
  const code = desk.paper.code(ticket);
  return { desk, ticket, code, scan: (gate = 'North') => desk.gate.checkIn(3, { code, gate }, staff) };
}

describe('a code at the gate', () => {
  it('lets in once; the second scan is told when and where the first was', async () => {
    const { desk, scan } = await gateWithTicket();
    const entry = { at: desk.clock.now(), gate: 'North' };
    expect(granted(await scan())).toMatchObject({ state: 'USED', entry });
    desk.clock.advance(60_000);
    expect(await scan('South')).toMatchObject({ refused: 'TICKET_ALREADY_USED', detail: entry });
  });

  it('lets in while nobody can be kept from the orders, and still once', async () => {
    const { desk, scan } = await gateWithTicket();
    desk.loseLocks();
    expect(granted(await scan()).state).toBe('USED');
    expect(refusedWith(await scan('South'))).toBe('TICKET_ALREADY_USED');
  });

  it('lets in once, however many gates scan it at once on however many nodes', async () => {
    const { desk, ticket, code } = await gateWithTicket();
    const nodes = [desk, desk.anotherNode(), desk.anotherNode()] as const;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (nodes[index % 3] ?? desk).gate.checkIn(3, { code, gate: `Gate ${index}` }, staff),
      ),
    );
    const [admitted, ...others] = answers.filter((answer) => refusedWith(answer) === undefined) as Ticket[];
    expect(others).toEqual([]);
    for (const answer of answers.filter((each) => each !== admitted)) {
      expect((answer as Refusal).refused).toBe('TICKET_ALREADY_USED');
      expect((answer as Refusal).detail).toEqual(admitted?.entry);
    }
    expect(await desk.store.find(ticket.id)).toEqual(admitted);
    expect((await desk.store.history(ticket.id, 99)).map(({ to }) => to)).toEqual(['VALID', 'USED']);
  });

  it('lets in once more after staff took the scan back, and both are in the history', async () => {
    const { desk, ticket, scan } = await gateWithTicket();
    expect(refusedWith(await desk.gate.undo(ticket.id, staff))).toBe('TICKET_NOT_USED');
    granted(await scan());
    expect(granted(await desk.gate.undo(ticket.id, { ...staff, actor: 'boss' }))).toMatchObject({
      state: 'VALID',
    });
    granted(await scan('South'));
    expect(await desk.store.history(ticket.id, 9)).toMatchObject([
      { to: 'VALID', actor: null },
      { to: 'USED', actor: 'staff', gate: 'North' },
      { to: 'VALID', actor: 'boss', gate: 'North' },
      { to: 'USED', actor: 'staff', gate: 'South' },
    ]);
  });

  it('is answered the same for the same key, so that a lost answer keeps nobody out', async () => {
    const { desk, code } = await gateWithTicket();
    const keyed = { actor: 'staff', key: { id: 'scan 1', bodyHash: 'b' } };
    const first = granted(await desk.gate.checkIn(3, { code, gate: 'North' }, keyed));
    expect(granted(await desk.gate.checkIn(3, { code, gate: 'North' }, keyed))).toEqual(first);
  });

  it('of a refunded seat is refused from the moment the money begins to go back', async () => {
    const { desk, scan } = await gateWithTicket();
    desk.giveBack();
    expect(await scan()).toMatchObject({ refused: 'TICKET_NOT_VALID', facts: { state: 'CANCELLED' } });
  });

  it('that is forged, of a key that is not ours, of another event or of no ticket is refused', async () => {
    const { desk, ticket, code } = await gateWithTicket();
    const scan = async (text: string, eventId = 3) =>
      refusedWith(await desk.gate.checkIn(eventId, { code: text, gate: 'North' }, staff));
    expect(await scan('ONR1.AAAA.AAAA')).toBe('TICKET_CODE_INVALID');
    expect(await scan(codeOf(ticket, ticketKeys(OTHER_SEED)))).toBe('TICKET_CODE_INVALID');
    expect(await scan(code, 4)).toBe('TICKET_OF_OTHER_EVENT');
    expect(await scan(codeOf({ ...ticket, id: { ...ticket.id, revision: 2 } }, keys))).toBe(
      'TICKET_NOT_FOUND',
    );
    expect((await desk.store.find(ticket.id))?.state).toBe('VALID');
  });
});

describe('the list for a gate without a network', () => {
  it('is signed, and has the tickets in force and no others', async () => {
    const { desk, ticket, scan } = await gateWithTicket();
    const [bobs, dead] = (await desk.sell([7, 8], { orderId: 13, buyerId: 'bob' })) as [Ticket, Ticket];
    granted(await scan());
    granted(await desk.tickets.reissue(dead.id, { userId: 'bob', key: undefined }));
    const live = await desk.gate.liveTickets(3);
    const jwks = createLocalJWKSet({ keys: keys.publicKeys().map((key) => ({ ...key })) });
    const { payload, protectedHeader } = await compactVerify(gateList(3, live, keys), jwks);
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: keys.keyId });
    const now = Math.floor(desk.clock.now() / 1_000);
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      event: 3,
      at: now,
      tickets: [...[1, ticket.id.orderId, 1, now], ...[7, bobs.id.orderId, 1, 0], ...[8, 13, 2, 0]],
    });
  });
});
