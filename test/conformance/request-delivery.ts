import { describe, expect, it } from 'vitest';
import { embeddedRequestDelivery } from '../../src/adapters/embedded/request-delivery.ts';
import { SECOND } from '../../src/core/clock.ts';
import type { WorkLeft } from '../../src/request-queue/ports/request-delivery.ts';
import type { SeatRequest } from '../../src/request-queue/request.ts';
import { HandClock } from '../backends/hand-clock.ts';

/** Deliveries have no data to run on: each is made by the suite. */
const DELIVERIES = [['embedded', (clock: HandClock) => embeddedRequestDelivery({ clock })]] as const;

const of = (eventId: number) => ({ requestId: `r${eventId}`, eventId }) as SeatRequest;
const turns = async (count = 10) => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

export function requestDeliveryConformance(): void {
  describe.each(DELIVERIES)('RequestDelivery on %s', (_, make) => {
    const delivery = () => {
      const clock = new HandClock();
      return { clock, delivery: make(clock) };
    };

    it('tell: work is called for the event at least once after it, also when nobody worked then', async () => {
      const { delivery: told } = delivery();
      const worked: number[] = [];
      await told.tell([of(1), of(2), of(1)]);
      told.consume(async (eventId) => {
        worked.push(eventId);
        return 'nothing';
      });
      await turns();
      expect([...worked].sort()).toEqual([1, 2]);
      await told.tell([of(1)]);
      await turns();
      expect(worked.filter((eventId) => eventId === 1)).toHaveLength(2);
    });

    it('consume: one worker at a time for an event, several events at once', async () => {
      const { delivery: told } = delivery();
      const open: (() => void)[] = [];
      const now = new Map<number, number>();
      let most = 0;
      const work = async (eventId: number): Promise<WorkLeft> => {
        now.set(eventId, (now.get(eventId) ?? 0) + 1);
        most = Math.max(most, ...now.values());
        await new Promise<void>((resolve) => open.push(resolve));
        now.set(eventId, (now.get(eventId) ?? 0) - 1);
        return 'nothing';
      };
      told.consume(work);
      told.consume(work);
      await told.tell([of(1), of(2)]);
      await turns();
      await told.tell([of(1)]);
      await turns();
      expect(open).toHaveLength(2);
      for (const each of open.splice(0)) each();
      await turns();
      // What was told of while a worker was busy with its event is served by a work that began after it.
      expect(open).toHaveLength(1);
      for (const each of open.splice(0)) each();
      expect(most).toBe(1);
    });

    it('consume: called again at once when more is left, after a pause when it is left for later', async () => {
      const { delivery: told, clock } = delivery();
      const left: WorkLeft[] = ['more', 'more', 'later', 'nothing'];
      let calls = 0;
      told.consume(async () => left[calls++] ?? 'nothing');
      await told.tell([of(1)]);
      await turns();
      expect(calls).toBe(3);
      clock.advance(SECOND);
      await turns();
      expect(calls).toBe(4);
    });

    it('consume: who was let go is called no more, and another takes over', async () => {
      const { delivery: told } = delivery();
      const calls: string[] = [];
      const stop = told.consume(async () => {
        calls.push('first');
        return 'nothing';
      });
      await stop();
      await told.tell([of(1)]);
      await turns();
      expect(calls).toEqual([]);
      told.consume(async () => {
        calls.push('second');
        return 'nothing';
      });
      await turns();
      expect(calls).toEqual(['second']);
    });

    it('check: resolves while it can deliver', async () => {
      await expect(delivery().delivery.check()).resolves.toBeUndefined();
    });
  });
}
