import { expect, it } from 'vitest';
import { embeddedLeases } from '../../../src/adapters/embedded/leases.ts';
import { type Duty, startDuties } from '../../../src/compose/duties.ts';
import type { Lease, Leases } from '../../../src/core/leases.ts';
import { type Role, rolesHere } from '../../../src/roles.ts';
import { HandClock } from '../../backends/hand-clock.ts';

function duty(name: string, of: Role[], running: Set<string>, more: Partial<Duty> = {}): Duty {
  const start = () => {
    running.add(name);
    return [() => void running.delete(name)];
  };
  return { of, start, ...more };
}

it('a process does what its roles have to do, until it is stopped', () => {
  const clock = new HandClock();
  const running = new Set<string>();
  const process = { roles: rolesHere(['order', 'web']), clock, leases: embeddedLeases(clock) };
  const stop = startDuties(process, [
    duty('of orders', ['order'], running),
    duty('of orders and workers, alone', ['order', 'worker'], running, { alone: 'relay' }),
    duty('of tickets', ['ticket'], running),
  ]);
  clock.advance(1_000);
  expect([...running].sort()).toEqual(['of orders', 'of orders and workers, alone']);
  stop();
  expect([...running]).toEqual([]);
});

it('what one alone does is done where its lease is, and no longer', async () => {
  const clock = new HandClock();
  const running = new Set<string>();
  const asked: string[] = [];
  let fence: number | undefined;
  const lease: Lease = { fence: () => fence, whenHad: () => {}, release: async () => {} };
  const leases: Leases = {
    lease(name) {
      asked.push(name);
      return lease;
    },
    close: async () => {},
  };
  startDuties({ roles: rolesHere(['ticket']), clock, leases }, [
    duty('mails', ['ticket'], running, { alone: 'mails' }),
    duty('orders', ['order'], running, { alone: 'orders' }),
  ]);
  const aSecondLater = async () => {
    clock.advance(1_000);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    return running.size;
  };
  expect(await aSecondLater()).toBe(0);
  fence = 1;
  expect(await aSecondLater()).toBe(1);
  fence = undefined;
  expect(await aSecondLater()).toBe(0);
  expect(asked).toEqual(['housekeeping:mails']);
});
