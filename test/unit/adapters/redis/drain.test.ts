import { expect, it } from 'vitest';
import { Drain } from '../../../../src/adapters/redis/seat-store/drain.ts';
import { eventKeys } from '../../../../src/adapters/redis/seat-store/keys.ts';
import { systemClock } from '../../../../src/adapters/system/clock.ts';

/** Of an event whose log is empty: the latest entry of the load is the one that is given. */
function drainAt(generation: number, sequence: number): Drain {
  const nothing = ['OK', String(generation), String(sequence), String(sequence)];
  return new Drain(eventKeys(1), {
    run: async <R>() => nothing as R,
    ledger: {
      follow: () => Promise.reject(new Error('nothing is to be written')),
      cursor: async () => never(),
    },
    node: 'here',
    clock: systemClock(),
    hall: async () => undefined,
    overtaken: () => undefined,
  });
}

function never(): never {
  throw new Error('nobody asks');
}

const LOST = { name: 'Unavailable', indefinite: true };

it('until: an entry of the present load is in the ledger when everything is', async () => {
  const drain = drainAt(2, 5);
  await drain.until({ generation: 2, sequence: 5 });
  await drain.close();
});

it('until: an entry of an earlier load may have been lost with it, and nobody is told otherwise', async () => {
  const drain = drainAt(3, 0);
  await expect(drain.until({ generation: 2, sequence: 5 })).rejects.toMatchObject(LOST);
  // Known beforehand, too.
  await expect(drain.until({ generation: 2, sequence: 1 })).rejects.toMatchObject(LOST);
  await drain.close();
});
