import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { sqlHoldBlocks } from '../../src/adapters/sql/seats/hold-blocks.ts';
import { Conflict } from '../../src/core/conflict.ts';
import type { SqlLedger } from '../backends/sql-ledgers.ts';
import { Table } from './ledger-table.ts';

/** SharedSeatLedger and HoldBlocks, each asked by two nodes. */
export function sharedSeatLedgerConformance(ledgers: readonly SqlLedger[]): void {
  describe.each(ledgers.map((ledger) => ({ name: ledger.name, ledger })))(
    'SharedSeatLedger on $name',
    ({ ledger }) => {
      let stop: () => Promise<void>;
      let connections: [SqlConnection, SqlConnection];
      beforeAll(async () => {
        const started = await ledger.start();
        stop = started.stop;
        connections = [started.connection, started.another()];
      });
      afterAll(() => stop());
      const table = () => new Table(connections);
      following(table);
      deciding(table);
      blocks(() => connections);
    },
  );
}

function following(table: () => Table): void {
  it('raiseEpoch: higher than every one before, to every node', async () => {
    const { one, other } = table();
    const raised = await Promise.all([1, 2, 3, 4, 5, 6].map((each) => (each % 2 ? one : other).raiseEpoch()));
    expect(new Set(raised).size).toBe(6);
    expect(await other.raiseEpoch()).toBeGreaterThan(Math.max(...raised));
  });

  it('follow: writes entries in order, and moves the cursor', async () => {
    const at = table();
    const { one, hall, eventId } = at;
    const from = await at.begun();
    const key = { id: `key ${eventId}`, bodyHash: 'body' };
    const record = { key, reply: { released: 1 }, at: 2 };
    await one.follow(hall, {
      from,
      upTo: 3,
      changes: [at.holding(0), at.paying(0)],
      records: [record, record],
    });
    expect(await one.cursor(eventId)).toEqual({ ...from, position: 3 });
    expect(await at.states()).toEqual(['PAYING']);
    expect(await at.causes()).toEqual(['hold', 'booking']);
    expect((await one.load(hall, 0)).holds).toEqual(at.paying(0).holds);
    expect(await one.eventsWithLiveHolds()).toContain(eventId);
  });

  it('follow: from anywhere else than the cursor it throws Conflict, and writes nothing', async () => {
    const at = table();
    const from = await at.begun();
    const write = (position: number, ledger = at.one) =>
      ledger.follow(at.hall, {
        from: { ...from, position },
        upTo: position + 2,
        changes: [at.holding(0)],
        records: [],
      });
    await expect(write(1)).rejects.toThrow(Conflict);
    await write(0);
    await expect(write(0, at.other)).rejects.toThrow(Conflict);
    expect(await at.one.cursor(at.eventId)).toEqual({ ...from, position: 2 });
    expect(await at.causes()).toEqual(['hold']);
  });

  it('follow: of two who begin at one place at once, one writes', async () => {
    const at = table();
    const from = await at.begun();
    const written = [at.one, at.other].map((ledger, index) =>
      ledger.follow(at.hall, { from, upTo: 1, changes: [at.holding(0, index + 1)], records: [] }),
    );
    const outcomes = await Promise.allSettled(written);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(Conflict),
    });
    expect(await at.causes()).toEqual(['hold']);
  });

  it('beginGeneration: what follows from an earlier load is refused, also when it is on its way', async () => {
    const at = table();
    const from = await at.begun();
    const [late, next] = await Promise.allSettled([
      at.one.follow(at.hall, { from, upTo: 1, changes: [at.holding(0)], records: [] }),
      at.other.beginGeneration(at.eventId, from),
    ]);
    // Of the two one was first, and the other is refused.
    const wasFirst = late.status === 'fulfilled';
    expect(next).toMatchObject(wasFirst ? { reason: expect.any(Conflict) } : { status: 'fulfilled' });
    expect(await at.causes()).toEqual(wasFirst ? ['hold'] : []);
    if (wasFirst) await at.other.beginGeneration(at.eventId, await at.other.cursor(at.eventId));
    const again = at.one.follow(at.hall, { from, upTo: 1, changes: [at.holding(1)], records: [] });
    await expect(again).rejects.toThrow(Conflict);
    expect((await at.one.cursor(at.eventId)).position).toBe(0);
  });

  it('beginGeneration: a loader that stood still does not end the load of another one', async () => {
    const at = table();
    const from = await at.one.cursor(at.eventId);
    const generation = await at.other.beginGeneration(at.eventId, from);
    await expect(at.one.beginGeneration(at.eventId, from)).rejects.toThrow(Conflict);
    expect(await at.one.cursor(at.eventId)).toEqual({ generation, position: 0 });
  });
}

function deciding(table: () => Table): void {
  it('sell: all or none, with the record; the sold rows are there', async () => {
    const at = table();
    await at.paid();
    const key = { id: `sale ${at.eventId}`, bodyHash: 'body' };
    await at.one.sell(at.hall, [at.sale(0), at.sale(1)], { key, reply: {}, at: 3 });
    expect(await at.states()).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(await at.one.load(at.hall, 0)).toMatchObject({
      holds: [{ state: 'CONFIRMED' }, { state: 'CONFIRMED' }],
    });
    expect(await at.sql.query('SELECT 1 FROM command WHERE command_id = ?', [key.id])).toHaveLength(1);
  });

  it('sell: throws Conflict when a payment among them has ended, and sells none', async () => {
    const at = table();
    await at.paid();
    await at.other.endPayments(at.hall, [at.end(1)]);
    await expect(at.one.sell(at.hall, [at.sale(0), at.sale(1)], undefined)).rejects.toThrow(Conflict);
    expect(await at.states()).toEqual(['PAYING', 'EXPIRED']);
    expect((await at.one.load(at.hall, 0)).holds).toMatchObject([{ state: 'PAYING' }]);
  });

  it('sell: throws Conflict when a seat is sold, whoever has a claim on it', async () => {
    const at = table();
    await at.paid();
    await at.one.sell(at.hall, [at.sale(0)], undefined);
    const rival = at.sale(0, { holdId: at.eventId * 100 + 50, fence: 6, userId: 'ben' });
    await expect(at.other.sell(at.hall, [rival], undefined)).rejects.toThrow(Conflict);
    const owners = await at.sql.query('SELECT user_id FROM sale WHERE event_id = ?', [at.eventId]);
    expect(owners).toEqual([{ user_id: 'ann' }]);
  });

  it('a payment that is sold and ended at once is one of both', async () => {
    const at = table();
    await at.paid();
    const [sold, ended] = await Promise.allSettled([
      at.one.sell(at.hall, [at.sale(0)], undefined),
      at.other.endPayments(at.hall, [at.end(0)]),
    ]);
    expect(ended.status).toBe('fulfilled');
    const isSold = sold.status === 'fulfilled';
    if (!isSold) expect(sold).toMatchObject({ reason: expect.any(Conflict) });
    expect((await at.states())[0]).toBe(isSold ? 'CONFIRMED' : 'EXPIRED');
    expect(await at.sql.query('SELECT 1 FROM sale WHERE event_id = ?', [at.eventId])).toHaveLength(
      isSold ? 1 : 0,
    );
  });

  it('endPayments: each hold as it then stands, whoever ended it, with the record of how many are not sold', async () => {
    const at = table();
    await at.paid();
    await at.one.sell(at.hall, [at.sale(0)], undefined);
    const key = { id: `end ${at.eventId}`, bodyHash: 'body' };
    const stand = await at.other.endPayments(at.hall, [at.end(0), at.end(1)], (freed) => ({
      key,
      reply: { freed },
      at: 4,
    }));
    expect(stand.map(({ state }) => state).sort()).toEqual(['CONFIRMED', 'EXPIRED']);
    expect(await at.one.endPayments(at.hall, [at.end(1)])).toMatchObject([{ state: 'EXPIRED', endedAt: 4 }]);
    expect(await at.causes()).toEqual(['hold', 'booking', 'sale', 'hold', 'booking', 'payment_deadline']);
    expect(await at.sql.query('SELECT reply_json FROM command WHERE command_id = ?', [key.id])).toEqual([
      { reply_json: '{"freed":1}' },
    ]);
  });

  it('endPayments: a payment that the ledger has not heard of is ended in it, and what follows late does not revive it', async () => {
    const at = table();
    const from = await at.begun();
    expect(await at.one.endPayments(at.hall, [at.end(0)])).toMatchObject([{ state: 'EXPIRED' }]);
    await at.one.follow(at.hall, { from, upTo: 2, changes: [at.holding(0), at.paying(0)], records: [] });
    expect(await at.states()).toEqual(['EXPIRED']);
  });

  it('returnSales: takes back what is there, once', async () => {
    const at = table();
    await at.paid();
    await at.one.sell(at.hall, [at.sale(0)], undefined);
    const { hold } = at.sale(0);
    const refund = { hold, move: at.step(hold, 30, ['SOLD', 'AVAILABLE', 'refund']) };
    const again = { hold, move: at.step(hold, 31, ['SOLD', 'AVAILABLE', 'refund']) };
    expect(await at.one.returnSales(at.hall, [refund])).toEqual([hold.seatId]);
    expect(await at.other.returnSales(at.hall, [again])).toEqual([]);
    expect((await at.causes()).filter((cause) => cause === 'refund')).toHaveLength(1);
    expect((await at.one.load(at.hall, 0)).holds).toMatchObject([{ state: 'PAYING' }]);
  });
}

function blocks(connections: () => [SqlConnection, SqlConnection]): void {
  it('hold blocks: no id twice, and each finds its event, from any node', async () => {
    const [one, other] = connections().map((each) => sqlHoldBlocks(independentCommitter(each)));
    const reserved = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((eventId) => (eventId % 2 ? one : other)?.reserve(eventId, 100 * eventId)),
    );
    for (const block of reserved) {
      if (!block) throw new Error('there are two nodes');
      const { first, count } = block;
      expect(await one?.blockWith(first)).toEqual(block);
      expect(await other?.blockWith(first + count - 1)).toEqual(block);
    }
    const total = reserved.reduce((sum, block) => sum + (block?.count ?? 0), 0);
    const ids = reserved.flatMap((block) =>
      Array.from({ length: block?.count ?? 0 }, (_, index) => (block?.first ?? 0) + index),
    );
    expect(new Set(ids).size).toBe(total);
    expect(await one?.blockWith(Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });
}
