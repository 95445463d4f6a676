import { expect, it } from 'vitest';
import { Unavailable } from '../../src/core/unavailable.ts';
import { cancelled, claimed, completed, ended } from '../../src/request-queue/request.ts';
import type { Backend } from '../backends/backend.ts';
import { onEach } from './on-each.ts';
import { idsOf, newEvent, requestOf } from './requests.ts';

/** Past the places that other tests of the same ledger may have given. */
const FAR = 2 ** 50;
const HELD = { reservationIds: [7], amount: 100_00, expiresAt: 9 };

export function requestLedgerConformance(backends: readonly Backend[]): void {
  onEach(backends, 'RequestLedger', (running) => {
    const ledger = () => running().ports.requestLedger;

    it('raiseEpoch: higher than every one before, across restarts', async () => {
      const first = await ledger().raiseEpoch();
      await running().reopen();
      expect(await ledger().raiseEpoch()).toBeGreaterThan(first);
    });

    it('append: atomic, durable, every field kept; an older revision never replaces a newer one', async () => {
      const request = requestOf(running(), await newEvent(running()), FAR + 1);
      await ledger().append([request]);
      const done = completed(claimed(request), HELD, 5);
      await ledger().append([done], { records: [{ key: { id: 'append', bodyHash: 'b' }, reply: 1, at: 1 }] });
      await running().reopen();
      expect(await ledger().find(request.requestId)).toEqual(done);
      expect((await running().ports.commandLog.find('append'))?.reply).toBe(1);
      await expect(ledger().append([cancelled(request, 6)])).rejects.toThrow(Unavailable);
      expect(await ledger().find(request.requestId)).toEqual(done);
    });

    it('append and lineage: what fails is not there, and the lineage changes at once', async () => {
      const request = requestOf(running(), await newEvent(running()), FAR + 2);
      const before = ledger().lineage();
      running().faults.failNext();
      await expect(ledger().append([request])).rejects.toThrow(Unavailable);
      expect(ledger().lineage()).not.toBe(before);
      expect(await ledger().find(request.requestId)).toBeUndefined();
    });

    it('unfinished: by place, a page at a time; a lane’s claim shows on everybody it reaches', async () => {
      const eventId = await newEvent(running());
      const requests = [3, 4, 5, 6].map((place) => requestOf(running(), eventId, FAR + place));
      const [first, second, third, over] = requests as [
        (typeof requests)[0],
        (typeof requests)[0],
        (typeof requests)[0],
        (typeof requests)[0],
      ];
      await ledger().append([third, second, first, over]);
      await ledger().append([cancelled(over, 1)], {
        claims: { eventId, through: new Map([['normal', second.place]]) },
      });
      const page = await ledger().unfinished(FAR + 2, 2);
      expect(page).toEqual([claimed(first), claimed(second)]);
      expect(await ledger().unfinished(second.place, 9)).toEqual([third]);
    });

    it('dead and forgetEndedBefore: the latest first; what ended long ago is forgotten, what did not is kept', async () => {
      const eventId = await newEvent(running());
      const [early, late, open] = [7, 8, 9].map((place) => requestOf(running(), eventId, FAR + place));
      if (!early || !late || !open) throw new Error('three were made');
      const die = (request: typeof early, at: number) =>
        ended(claimed(request), 'DEAD', { refused: 'REQUEST_DEAD' }, at);
      await ledger().append([die(early, 10), die(late, 20), open]);
      const dead = idsOf(await ledger().dead(1_000));
      expect(dead.indexOf(late.requestId)).toBeLessThan(dead.indexOf(early.requestId));
      expect(await ledger().forgetEndedBefore(20, 100)).toBeGreaterThanOrEqual(1);
      expect(await ledger().find(early.requestId)).toBeUndefined();
      expect(await ledger().find(late.requestId)).toBeDefined();
      expect(await ledger().find(open.requestId)).toBeDefined();
    });
  });
}
