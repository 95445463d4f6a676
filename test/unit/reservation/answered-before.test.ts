import { describe, expect, it } from 'vitest';
import type { CommandRecord } from '../../../src/core/command.ts';
import { refuse } from '../../../src/core/refusal.ts';
import { AnsweredBefore, type AnsweredBeforeNeeds } from '../../../src/reservation/answered-before.ts';
import type { Hold } from '../../../src/reservation/hold.ts';

const EVENT = 7;
const key = { id: 'ann DELETE /reservations k1', bodyHash: 'body' };
const PAUSED = refuse('SALE_NOT_OPEN', { status: 'PAUSED' });

/** Of an event on which another node has answered one command; each hold has ended. */
function answeredElsewhere(reply: unknown) {
  const record: CommandRecord = { key, reply, at: 0 };
  const needs: AnsweredBeforeNeeds = {
    answered: async (eventId, id) => (eventId === EVENT && id === key.id ? record : undefined),
    history: { hold: async (holdId) => ({ holdId, eventId: EVENT }) as Hold },
  };
  return new AnsweredBefore(needs);
}

describe('a command that another node answered a moment ago', () => {
  it('is answered as before instead of refused', async () => {
    const before = answeredElsewhere({ holds: [] });
    expect(await before.or(EVENT, key, PAUSED)).toEqual({ holds: [] });
    expect(await before.or(EVENT, { ...key, bodyHash: 'other' }, PAUSED)).toEqual(
      refuse('IDEMPOTENCY_MISMATCH'),
    );
  });

  it('is not another one, and none without a key', async () => {
    const before = answeredElsewhere({ holds: [] });
    expect(await before.or(EVENT, { ...key, id: 'k2' }, PAUSED)).toBe(PAUSED);
    expect(await before.or(EVENT + 1, key, PAUSED)).toBe(PAUSED);
    expect(await before.or(EVENT, undefined, PAUSED)).toBe(PAUSED);
  });

  it('that gave holds back is found by those that are live no more', async () => {
    const before = answeredElsewhere({ released: 2 });
    expect(await before.released([1, 2], [[EVENT, [2]]], key)).toEqual({ released: 2 });
    expect(await before.released([1, 2], [[EVENT, [1, 2]]], key)).toBeUndefined();
  });
});
