import { describe, expect, it } from 'vitest';
import { type CommandLog, type CommandRecord, Once } from '../../../src/core/command.ts';
import { Conflict } from '../../../src/core/conflict.ts';
import { refuse } from '../../../src/core/refusal.ts';
import { afterEffect, Unavailable } from '../../../src/core/unavailable.ts';

const key = { id: 'ann POST /reservations k1', bodyHash: 'body' };
const otherBody = { ...key, bodyHash: 'other body' };

/** What a committed effect leaves behind. */
function remembering(records: CommandRecord[] = []): CommandLog & { records: CommandRecord[] } {
  return { records, find: async (id) => records.find((record) => record.key.id === id) };
}

describe('a command with a key', () => {
  it('takes effect once, and answers the same again', async () => {
    const log = remembering();
    const once = new Once(log);
    let effects = 0;
    const run = async () => {
      effects++;
      log.records.push({ key, reply: { n: effects }, at: 0 });
      return { n: effects };
    };
    expect([await once.run(key, run), await once.run(key, run)]).toEqual([{ n: 1 }, { n: 1 }]);
    expect(effects).toBe(1);
  });

  it('with another body is refused', async () => {
    const once = new Once(remembering([{ key, reply: 1, at: 0 }]));
    expect(await once.run(otherBody, async () => 2)).toMatchObject({ refused: 'IDEMPOTENCY_MISMATCH' });
  });

  it.each([
    { where: 'alone', other: refuse('IDEMPOTENCY_MISMATCH') },
    { where: 'beside other nodes', other: refuse('IDEMPOTENCY_IN_FLIGHT', {}, { retryAfterSeconds: 1 }) },
  ])('beside which another sending is on its way is refused: $where', async ({ where, other }) => {
    const once = new Once(remembering(), { isAlone: where === 'alone' });
    let finish: (value: number) => void = () => undefined;
    const first = once.run(
      key,
      () =>
        new Promise<number>((resolve) => {
          finish = resolve;
        }),
    );
    await new Promise(setImmediate);
    const never = async () => 0;
    expect(await once.run(key, never)).toEqual(refuse('IDEMPOTENCY_IN_FLIGHT', {}, { retryAfterSeconds: 1 }));
    expect(await once.run(otherBody, never)).toEqual(other);
    finish(7);
    expect(await first).toBe(7);
  });

  it('that is sent together is run once, and whoever came has its answer, or its failure', async () => {
    const once = new Once(remembering());
    let effects = 0;
    const slowly = async () => {
      await new Promise(setImmediate);
      return ++effects;
    };
    const together = () => Promise.all([1, 2, 3].map(() => once.runTogether(key, slowly)));
    expect(await together()).toEqual([1, 1, 1]);
    expect(await together()).toEqual([2, 2, 2]);
    const fails = () => once.runTogether(key, () => Promise.reject(new Error('down')));
    expect(await Promise.allSettled([fails(), fails()])).toMatchObject([
      { reason: { message: 'down' } },
      { reason: { message: 'down' } },
    ]);
    const beside = once.runTogether(key, slowly);
    expect(await once.runTogether(otherBody, slowly)).toEqual(refuse('IDEMPOTENCY_MISMATCH'));
    expect(await beside).toBe(3);
  });

  it('that was answered is answered again beside a sending with another body', async () => {
    const log = remembering();
    const once = new Once(log, { isAlone: false });
    const pending = once.run(otherBody, () => new Promise<number>(() => undefined));
    await new Promise(setImmediate);
    log.records.push({ key, reply: 'from another node', at: 0 });
    expect(await once.run(key, async () => 0)).toBe('from another node');
    void pending;
  });

  it('that took effect on another node meanwhile is answered like there', async () => {
    const log = remembering();
    const once = new Once(log);
    const overtaken = async () => {
      log.records.push({ key, reply: 'from the other node', at: 0 });
      throw new Conflict('the record is there');
    };
    expect(await once.run(key, overtaken)).toBe('from the other node');
    await expect(
      once.run({ ...key, id: 'another' }, () => Promise.reject(new Conflict('taken'))),
    ).rejects.toThrow(Conflict);
  });

  it('that may have taken effect before it was overtaken stays unknown while the log does not answer', async () => {
    let asked = 0;
    const find = async () => {
      if (++asked > 1) throw new Unavailable('the log is away');
      return undefined;
    };
    const overtaken = () => afterEffect(() => Promise.reject(new Conflict('the record is there')));
    await expect(new Once({ find }).run(key, overtaken)).rejects.toMatchObject({
      message: 'the log is away',
      indefinite: true,
    });
  });

  it('that was refused or failed may be tried again', async () => {
    const once = new Once(remembering());
    expect(await once.run(key, async () => refuse('SEATS_TAKEN'))).toMatchObject({ refused: 'SEATS_TAKEN' });
    await expect(once.run(key, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await once.run(key, async () => 3)).toBe(3);
  });
});

it('a command without a key runs each time', async () => {
  const once = new Once(remembering());
  let effects = 0;
  const run = async () => ++effects;
  expect([await once.run(undefined, run), await once.run(undefined, run)]).toEqual([1, 2]);
  expect(await Promise.all([once.runTogether(undefined, run), once.runTogether(undefined, run)])).toEqual([
    3, 4,
  ]);
});
