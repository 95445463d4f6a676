import { describe, expect, it } from 'vitest';
import { systemSeals } from '../../../src/adapters/system/seals.ts';
import { isRefusal, refuse } from '../../../src/core/refusal.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { Gate } from '../../../src/waiting-room/gate.ts';
import { Passes } from '../../../src/waiting-room/passes.ts';
import type { Place } from '../../../src/waiting-room/place.ts';
import { viewOf } from '../../../src/waiting-room/standing.ts';
import type { RoomTerms } from '../../../src/waiting-room/terms.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { Desk, TERMS } from './rooms.ts';

/** A gate before a room in which ann is inside. `isAway`: the authority cannot be reached. */
function gateBefore(changed: Partial<RoomTerms> = {}) {
  const terms = { ...TERMS, ...changed };
  const clock = new HandClock();
  const passes = new Passes(systemSeals([{ kid: 'a', key: Buffer.from('a key of the test') }]), clock);
  const desk = new Desk();
  desk.now = clock.now();
  desk.open(terms);
  desk.join('ann', { terms });
  desk.letIn(terms);
  desk.enter('ann', terms);
  const asked = { times: 0, isAway: false };
  const gate = new Gate({
    clock,
    passes,
    rooms: { termsOf: (eventId) => (eventId === 1 ? terms : 'open') },
    store: {
      async execute(command) {
        asked.times++;
        if (asked.isAway) throw new Unavailable('away');
        desk.now = clock.now();
        return desk.run(command);
      },
      async view() {
        if (asked.isAway) throw new Unavailable('away');
        return viewOf(desk.room, clock.now());
      },
    },
  });
  const own = desk.room.called.get('ann') as Place;
  const session = passes.session(1, own);
  const endsAt = () => desk.room.called.get('ann')?.until as number;
  return {
    clock,
    passes,
    desk,
    gate,
    asked,
    own,
    session,
    admit: () => gate.admit(1, 'ann', session),
    endsAt,
  };
}

describe('the gate', () => {
  it('asks nobody about an event without a waiting room', () => {
    const { gate, asked } = gateBefore();
    expect(gate.admit(2, 'ben', undefined)).toEqual({ kind: 'open' });
    expect(asked.times).toBe(0);
  });

  it('asks the authority every few seconds, not with every request', async () => {
    const { clock, asked, admit, endsAt } = gateBefore();
    const inside = { kind: 'session', admissionId: '1-1' };
    expect(await admit()).toEqual({ ...inside, until: endsAt() });
    const until = endsAt();
    for (let request = 0; request < 49; request++) {
      clock.advance(100);
      expect(admit(), 'until its end as it was then').toEqual({ ...inside, until });
    }
    expect(asked.times).toBe(1);
    clock.advance(100);
    expect(await admit()).toEqual({ ...inside, until: endsAt() });
    expect(endsAt(), 'it has slid').toBeGreaterThan(until);
    expect(asked.times).toBe(2);
  });

  it('forgets at once who has left or was shown out', async () => {
    const { desk, gate, own, admit } = gateBefore();
    await admit();
    desk.run({ type: 'leave', eventId: 1, userId: 'ann', end: 'REVOKED' });
    gate.placesMoved(1, [{ ...own, state: 'REVOKED' }]);
    expect(await admit()).toMatchObject({ refused: 'ADMISSION_INVALID' });
    expect(gate.refusalOf({ eventId: 1, admissionId: '1-1' })).toEqual(
      refuse('ADMISSION_INVALID', { join_url: '/api/v1/events/1/waiting-room/join' }),
    );
    expect(gate.refusalOf({ eventId: 1, admissionId: '1-2' })).toBeUndefined();
  });

  it('takes no token for another use, event or person, and none that is over', async () => {
    const { clock, passes, gate, own, session } = gateBefore();
    const refused = async (eventId: number, userId: string, token: string) => {
      const admission = await gate.admit(eventId, userId, token);
      return isRefusal(admission) && admission.refused;
    };
    expect(await refused(1, 'ann', passes.entry(1, own, clock.now() + 60_000))).toBe('ADMISSION_INVALID');
    expect(await refused(1, 'ann', passes.session(2, own))).toBe('ADMISSION_INVALID');
    expect(await refused(1, 'ben', session)).toBe('ADMISSION_INVALID');
    clock.advance(7 * 3_600_000);
    expect(await refused(1, 'ann', session)).toBe('ADMISSION_INVALID');
  });

  it('stays shut when the authority is away, unless the organiser wants it open', async () => {
    const shut = gateBefore();
    shut.asked.isAway = true;
    await expect(shut.admit()).rejects.toThrow(Unavailable);
    const open = gateBefore({ whenLost: 'open' });
    open.asked.isAway = true;
    expect(await open.admit()).toEqual({ kind: 'session', admissionId: '1-1' });
    // Nobody can get a session from a room that is away.
    expect(await open.gate.admit(1, 'ben', undefined)).toEqual({ kind: 'open' });
    expect(await open.gate.admit(1, 'ben', 'of another event')).toEqual({ kind: 'open' });
    open.asked.isAway = false;
    expect(await open.gate.admit(1, 'ben', undefined)).toMatchObject({ refused: 'ADMISSION_REQUIRED' });
    expect(await open.gate.admit(1, 'ben', 'forged')).toMatchObject({ refused: 'ADMISSION_INVALID' });
  });

  it('believes what it hears more than an answer that was under way', async () => {
    const { gate, own, admit } = gateBefore();
    const asking = admit();
    gate.placesMoved(1, [{ ...own, state: 'REVOKED' }]);
    expect(await asking).toMatchObject({ refused: 'ADMISSION_INVALID' });
    const other = gateBefore();
    const askingThere = other.admit();
    other.gate.missed(1);
    expect(await askingThere).toMatchObject({ kind: 'session' });
    await other.admit();
    expect(other.asked.times).toBe(2);
  });

  it('asks anew after everybody inside when it may have missed something', async () => {
    const { desk, gate, asked, admit } = gateBefore();
    await admit();
    desk.run({ type: 'leave', eventId: 1, userId: 'ann', end: 'REVOKED' });
    gate.missed(2);
    expect(await admit()).toMatchObject({ kind: 'session' });
    gate.missed(1);
    expect(await admit()).toMatchObject({ refused: 'ADMISSION_INVALID' });
    expect(asked.times).toBe(2);
  });
});
