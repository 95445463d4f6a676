import { expect, it } from 'vitest';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { NamedSession } from '../../src/waiting-room/ports/session-names.ts';
import type { Backend } from '../backends/backend.ts';
import { onEach } from './on-each.ts';

let count = 0;

function session(more: Partial<NamedSession> = {}): NamedSession {
  const name = `1:name-${++count}`;
  return {
    name,
    eventId: 1,
    userId: `user ${count}`,
    admission: count,
    session: 's'.repeat(400),
    namedAt: 5,
    ...more,
  };
}

export function sessionNamesConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SessionNames', (running) => {
    const names = () => running().ports.sessionNames;

    it('add: durable when it resolves', async () => {
      const named = session({ userId: '민지 é' });
      await names().add(named);
      await running().reopen();
      expect(await names().find(named.name)).toEqual(named);
      expect(await names().find('1:nobody')).toBeUndefined();
    });

    it('add: a name is never given twice', async () => {
      const named = session();
      await names().add(named);
      await expect(names().add({ ...named, userId: 'other' })).rejects.toThrow(Unavailable);
      expect(await names().find(named.name)).toEqual(named);
    });

    it('latestOf: the latest one of somebody at an event', async () => {
      const userId = `latest ${++count}`;
      const [first, second] = [session({ userId, admission: 3 }), session({ userId, admission: 12 })];
      for (const each of [second, first, session({ userId, eventId: 2, admission: 99 })])
        await names().add(each);
      expect(await names().latestOf(1, userId)).toEqual(second);
      expect(await names().latestOf(3, userId)).toBeUndefined();
    });

    it('forgetBefore: those named before a time', async () => {
      const [old, young] = [session({ namedAt: 1_000 }), session({ namedAt: 2_000 })];
      for (const each of [old, young]) await names().add(each);
      await names().forgetBefore(2_000);
      expect(await names().find(old.name)).toBeUndefined();
      expect(await names().find(young.name)).toEqual(young);
    });
  });
}
