import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/clock.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { Come } from '../../../src/waiting-room/doorway.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

async function house(activeMax = 2) {
  const running = await saleInMemory({
    env: { RUSH_ACTIVE_MAX: String(activeMax), RUSH_TOKEN_SECONDS: '60' },
  });
  const { eventId } = await running.openEvent(1);
  const doorway = () => running.sale.editions.rush.doorway;
  const come = async (userId: string) => {
    const answer: Come = granted(await doorway().come(eventId, { userId, lane: 'normal' }));
    return 'name' in answer ? answer.name : answer.position;
  };
  const isInside = async (name: string | number) => !isRefusal(await doorway().inside(eventId, String(name)));
  return { running, eventId, doorway, come, isInside };
}

describe('a doorway', () => {
  it('lets in as many as there are places, in the order in which they came', async () => {
    const { come } = await house();
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(come));
    expect(answers.filter((answer) => typeof answer === 'string')).toHaveLength(2);
    expect(answers.slice(2)).toEqual([1, 2, 3]);
    expect(await come('a'), 'the same name again').toBe(answers[0]);
    expect(await come('e')).toBe(3);
  });

  it('gives a place that becomes free to the first, whoever asks first', async () => {
    const { eventId, doorway, come, isInside } = await house();
    const [first] = await Promise.all(['a', 'b', 'c', 'd'].map(come));
    await doorway().leave(eventId, 'a');
    expect(await isInside(first as string), 'at once').toBe(false);
    expect(await come('d')).toBe(1);
    expect(typeof (await come('c'))).toBe('string');
  });

  it('knows names after a restart, and nobody by another', async () => {
    const { running, eventId, doorway, come, isInside } = await house();
    const name = await come('a');
    expect(name).toMatch(/^\d+:[0-9a-f-]{36}$/);
    await running.restart();
    expect(await isInside(name)).toBe(true);
    expect(await come('a')).toBe(name);
    const other = `${eventId}:00000000-0000-4000-8000-000000000000`;
    for (const wrong of [other, 'x', '', `${name}0`])
      expect(refusedWith(await doorway().inside(eventId, wrong))).toBe('SESSION_INVALID');
    expect(refusedWith(await doorway().inside(eventId + 1, String(name)))).toBe('SESSION_INVALID');
  });

  it('keeps who is active, and gives the place of who is not to the next', async () => {
    const { running, come, isInside } = await house(1);
    const name = await come('a');
    expect(await come('b')).toBe(1);
    for (let step = 0; step < 10; step++) {
      running.clock.advance(20 * SECOND);
      expect(await isInside(name)).toBe(true);
      expect(await come('b')).toBe(1);
    }
    running.clock.advance(MINUTE + SECOND);
    expect(typeof (await come('b'))).toBe('string');
    expect(await isInside(name)).toBe(false);
  });

  it('passes over who was away, who is first when he is back', async () => {
    const { running, eventId, doorway, come } = await house(1);
    await come('a');
    expect([await come('away'), await come('here')]).toEqual([1, 2]);
    for (let minute = 0; minute < 6; minute++) {
      running.clock.advance(30 * SECOND);
      await come('here');
      await come('a');
    }
    await doorway().leave(eventId, 'a');
    expect(typeof (await come('here'))).toBe('string');
    expect(await come('away')).toBe(1);
  });

  it('is not there for an event that there is not', async () => {
    const { doorway } = await house();
    expect(refusedWith(await doorway().come(987_654_321, { userId: 'a', lane: 'normal' }))).toBe(
      'EVENT_NOT_FOUND',
    );
  });
});
