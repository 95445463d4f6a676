import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import { sqlWaitlistStore } from '../../src/adapters/sql/waitlist/waitlist-store.ts';
import { Conflict } from '../../src/core/conflict.ts';
import { left, offered } from '../../src/waitlist/moves.ts';
import type { Joined } from '../../src/waitlist/ports/waitlist-entries.ts';
import type { WaitlistStore } from '../../src/waitlist/ports/waitlist-store.ts';
import { stopServers } from '../backends/on-servers.ts';
import { presentLedgers } from '../backends/registry.ts';

const NOW = 1_700_000_000_000;
const HELD = { holdIds: [1], seatIds: [2], expiresAt: NOW + 60_000 };
afterAll(stopServers);

/** What of the line's promises is about several nodes; its whole suite runs on each ledger by every-port.ts. */
describe.each(presentLedgers().filter(({ manyNodes }) => manyNodes))(
  'a waitlist that three nodes write on $name',
  (ledger) => {
    let started: Awaited<ReturnType<typeof ledger.start>>;
    let nodes: WaitlistStore[];
    let events = 0;
    beforeAll(async () => {
      started = await ledger.start();
      const connections = [started.connection, started.another(), started.another()];
      nodes = connections.map((connection) =>
        sqlWaitlistStore(independentCommitter(connection), { isAlone: false }),
      );
    });
    afterAll(() => started.stop());

    const join = async (node: number, eventId: number, userId: string, most = 1_000) =>
      (await (nodes[node % 3] as WaitlistStore).join({
        eventId,
        userId,
        sessionId: null,
        admissionId: null,
        wish: { size: 1 },
        at: NOW,
        most,
      })) as Joined;

    it('join: a crowd at all of them has one order, and each is told his true position', async () => {
      const eventId = ++events;
      const crowd = Array.from({ length: 150 }, (_, index) => join(index, eventId, `u${index}`));
      const joined = await Promise.all(crowd);
      const byPlace = [...joined].sort((a, b) => a.entry.place - b.entry.place);
      expect(byPlace.map(({ ahead }) => ahead)).toEqual(Array.from({ length: 150 }, (_, index) => index));
    });

    it('join: a user who comes to all of them at once has one place', async () => {
      const eventId = ++events;
      const joined = await Promise.all(Array.from({ length: 12 }, (_, index) => join(index, eventId, 'one')));
      expect(new Set(joined.map(({ entry }) => entry.place)).size).toBe(1);
      expect(joined.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    it('join: the line never has more than it may', async () => {
      const eventId = ++events;
      const crowd = Array.from({ length: 30 }, (_, index) => join(index, eventId, `u${index}`, 10));
      const joined = (await Promise.all(crowd)) as (Joined | 'full')[];
      expect(joined.filter((each) => each !== 'full')).toHaveLength(10);
    });

    it('save: of two nodes that move an entry one is first, and the other is told', async () => {
      const eventId = ++events;
      const { entry } = await join(0, eventId, 'a');
      const [first, second] = nodes as [WaitlistStore, WaitlistStore];
      const ends = await Promise.allSettled([
        first.save([left(entry, NOW)]),
        second.save([offered(entry, HELD, NOW, undefined)]),
      ]);
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(Conflict);
    });

    it('isAnyWaiting and turn: what one node did, the others know', async () => {
      const eventId = ++events;
      const [first, second] = nodes as [WaitlistStore, WaitlistStore];
      expect(await second.isAnyWaiting(eventId)).toBe(false);
      const { entry } = await join(0, eventId, 'a');
      expect(await second.isAnyWaiting(eventId)).toBe(true);
      expect(await second.wasBrokenOff(eventId)).toBe(false);
      await first.begin(eventId);
      expect(await second.wasBrokenOff(eventId)).toBe(true);
      await second.end(eventId);
      expect(await first.wasBrokenOff(eventId)).toBe(false);
      await second.save([left(entry, NOW)]);
      expect(await first.isAnyWaiting(eventId)).toBe(false);
    });
  },
);
