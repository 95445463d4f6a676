import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { isConflict } from '../core/conflict.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { SeedNames } from '../editions/train/ports/seed-names.ts';
import type { Reserved, Standing, Train } from '../editions/train/ports/train.ts';
import type { Hold } from '../reservation/hold.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { left } from '../waitlist/moves.ts';
import type { Seats } from '../waitlist/ports/seats.ts';
import type { Joined, WaitlistStore } from '../waitlist/ports/waitlist-store.ts';
import type { WaitlistService } from '../waitlist/service.ts';
import type { Serving } from '../waitlist/serving.ts';

export interface TrainNeeds {
  event: { id(): Promise<number> };
  seatStore: Pick<SeatStore, 'seats' | 'execute'>;
  waitlist: { service: WaitlistService; serving: Serving; store: WaitlistStore; seats: Seats };
  watchers: Watchers;
  names: SeedNames | undefined;
  clock: Clock;
}

/** Who watches passengers. */
export interface Watchers {
  watch(eventId: Promise<number>, userId: string, tell: () => void): () => void;
}

const ONE_SEAT = { size: 1 };
const CLEARED_AT_ONCE = 500;
/** A reset goes on while others come; after so many rounds they are left alone. */
const ROUNDS_MAX = 1_000;
const TOLD_AGAIN: Millis = SECOND;

/** The train edition on the waitlist and the seats of its event. */
export function trainOf(needs: TrainNeeds): Train {
  const { event, seatStore, waitlist, watchers, names, clock } = needs;
  const { service, serving, store, seats } = waitlist;

  const standing = async (userId: string): Promise<Standing> => {
    const eventId = await event.id();
    const found = await store.latest(eventId, userId);
    if (found && (found.entry.state === 'WAITING' || found.entry.state === 'OFFERED')) return waiting(found);
    return (await seats.ofUser(eventId, userId)).length > 0 ? { is: 'reserved' } : { is: 'nobody' };
  };

  return {
    eventId: event.id,
    async reserve(claimant) {
      const eventId = await event.id();
      const taken = await service.takeOrJoin(eventId, ONE_SEAT, claimant);
      if (isRefusal(taken)) return taken;
      if ('holds' in taken) return { is: 'reserved', already: false };
      if ('has' in taken) return { is: 'reserved', already: true };
      if (taken.entry.state !== 'OFFERED') return { ...waiting(taken), already: !taken.isNew } as Reserved;
      const accepted = await service.accept(eventId, claimant.userId);
      return isRefusal(accepted) ? accepted : { is: 'reserved', already: false };
    },
    standing,
    async processQueue() {
      const eventId = await event.id();
      const serve = async () => (await serving.serve(eventId, 'hand')).map(({ userId }) => userId);
      return names ? names.locked(serve) : serve();
    },
    async cancel(userId) {
      const eventId = await event.id();
      const found = await store.latest(eventId, userId);
      const offered = found?.entry.state === 'OFFERED' ? (found.entry.offer?.seatIds ?? []) : [];
      const gaveUp = found && isWaiting(found) ? await service.leave(eventId, userId) : undefined;
      const own = await seats.ofUser(eventId, userId);
      const holdIds = own.map(({ holdId }) => holdId);
      if (holdIds.length > 0) {
        const reply = await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId });
        // What is paid for is given back by its booking.
        if (isRefusal(reply) || reply.released === 0) return refuse('RESERVATION_NOT_ACTIVE');
      }
      const freed = [...offered, ...own.map(({ seatId }) => seatId)];
      if (freed.length === 0) return gaveUp && !isRefusal(gaveUp) ? [] : undefined;
      await serving.serve(eventId);
      return promotedTo(eventId, freed);
    },
    async reset() {
      const eventId = await event.id();
      await emptyLine(eventId);
      await freeSeats(eventId);
    },
    watch(userId, tell) {
      let stopped = false;
      const look = () => {
        standing(userId).then(
          (now) => !stopped && tell(now),
          (error) => {
            onlyUnavailable(error);
            if (!stopped) clock.after(TOLD_AGAIN, look);
          },
        );
      };
      const leave = watchers.watch(event.id(), userId, look);
      return () => {
        stopped = true;
        leave();
      };
    },
  };

  /** Those of the line who have these seats now. */
  async function promotedTo(eventId: number, seatIds: readonly number[]): Promise<string[]> {
    const now = await seatStore.seats(eventId, seatIds);
    const claims = now?.seats.flatMap(({ claim }) => claim ?? []) ?? [];
    const fromLine = await Promise.all(claims.map((claim) => isFromLine(eventId, claim)));
    return claims.flatMap(({ userId }, index) => (fromLine[index] ? [userId] : []));
  }

  async function isFromLine(eventId: number, { userId, holdId }: Hold): Promise<boolean> {
    const found = await store.latest(eventId, userId);
    return found?.entry.offer?.holdIds.includes(holdId) ?? false;
  }

  async function emptyLine(eventId: number): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const line = await store.list(eventId, { after: 0, limit: CLEARED_AT_ONCE, liveOnly: true });
      if (line.length === 0) return;
      try {
        const now = clock.now();
        await store.save(line.map((entry) => left(entry, now)));
      } catch (error) {
        // Somebody moved meanwhile: looked at again.
        if (!isConflict(error)) throw error;
        continue;
      }
      for (const entry of line) if (entry.state === 'OFFERED') await seats.release(entry);
    }
  }

  async function freeSeats(eventId: number): Promise<void> {
    const all = (await seatStore.seats(eventId))?.seats ?? [];
    const held = all.flatMap(({ claim }) => (claim?.state === 'HELD' ? [claim] : []));
    await Promise.all(
      held.map(({ holdId, userId }) =>
        seatStore.execute({ type: 'release_holds', eventId, holdIds: [holdId], userId }),
      ),
    );
  }
}

function isWaiting({ entry }: Pick<Joined, 'entry'>): boolean {
  return entry.state === 'WAITING' || entry.state === 'OFFERED';
}

function waiting({ entry, ahead }: Pick<Joined, 'entry' | 'ahead'>): Extract<Standing, { is: 'waiting' }> {
  return { is: 'waiting', position: ahead + 1, acceptBy: entry.offer?.answerBy ?? null };
}
