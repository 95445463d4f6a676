import type { Claimant } from '../core/claimant.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { SeedNames } from '../editions/train/ports/seed-names.ts';
import type { Reserved, Standing, Train } from '../editions/train/ports/train.ts';
import type { Hold } from '../reservation/hold.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { isLive } from '../waitlist/entry.ts';
import type { Standing as Place } from '../waitlist/ports/waitlist-entries.ts';
import type { WaitlistService } from '../waitlist/service.ts';
import type { Serving } from '../waitlist/serving.ts';
import type { SeatsOfBuyer } from './seats-of-buyer.ts';

export interface TrainNeeds {
  event: { id(): Promise<number> };
  seatStore: Pick<SeatStore, 'seats' | 'execute'>;
  seatsOf: SeatsOfBuyer;
  waitlist: { service: WaitlistService; serving: Pick<Serving, 'serve'> };
  watchers: Watchers;
  names: SeedNames | undefined;
  clock: Clock;
}

/** Who watches passengers. */
export interface Watchers {
  watch(eventId: Promise<number>, userId: string, tell: () => void): () => void;
}

const ONE_SEAT = { size: 1 };
const TOLD_AGAIN: Millis = SECOND;

/** The train edition on the waitlist and the seats of its event. */
export function trainOf(needs: TrainNeeds): Train {
  const { event, seatStore, waitlist, names } = needs;
  const { service, serving } = waitlist;
  return {
    eventId: event.id,
    reserve: async (claimant) => reserve(service, await event.id(), claimant),
    standing: async (userId) => standingOf(needs, await event.id(), userId),
    async processQueue() {
      const eventId = await event.id();
      const serve = async () => (await serving.serve(eventId, 'hand')).map(({ userId }) => userId);
      return names ? names.locked(serve) : serve();
    },
    cancel: async (userId) => cancel(needs, await event.id(), userId),
    async reset() {
      const eventId = await event.id();
      await service.clear(eventId);
      await freeSeats(seatStore, eventId);
    },
    watch: (userId, tell) => watch(needs, userId, tell),
  };
}

async function reserve(
  service: WaitlistService,
  eventId: number,
  claimant: Claimant,
): Promise<Reserved | Refusal> {
  const taken = await service.takeOrJoin(eventId, ONE_SEAT, claimant);
  if (isRefusal(taken)) return taken;
  if ('holds' in taken) return { is: 'reserved', already: false };
  if ('has' in taken) return { is: 'reserved', already: true };
  if (taken.entry.state !== 'OFFERED') return { already: !taken.isNew, ...waiting(taken) };
  const accepted = await service.accept(eventId, claimant.userId);
  return isRefusal(accepted) ? accepted : { is: 'reserved', already: false };
}

async function standingOf(
  { waitlist, seatsOf }: TrainNeeds,
  eventId: number,
  userId: string,
): Promise<Standing> {
  const place = await livePlace(waitlist.service, eventId, userId);
  if (place) return waiting(place);
  return (await seatsOf(eventId, userId)).length > 0 ? { is: 'reserved' } : { is: 'nobody' };
}

/** Those who have now what was given back; undefined when there was nothing to give back. */
async function cancel(
  { waitlist, seatStore, seatsOf }: TrainNeeds,
  eventId: number,
  userId: string,
): Promise<string[] | undefined | Refusal> {
  const { service, serving } = waitlist;
  const place = await livePlace(service, eventId, userId);
  const offered = place?.entry.offer?.seatIds ?? [];
  const gaveUp = place && (await service.leave(eventId, userId));
  const own = await seatsOf(eventId, userId);
  const holdIds = own.map(({ holdId }) => holdId);
  if (holdIds.length > 0) {
    const reply = await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId });
    // What is paid for is given back by its booking.
    if (isRefusal(reply) || reply.released === 0) return refuse('RESERVATION_NOT_ACTIVE');
  }
  const freed = [...offered, ...own.map(({ seatId }) => seatId)];
  if (freed.length === 0) return gaveUp && !isRefusal(gaveUp) ? [] : undefined;
  await serving.serve(eventId);
  const now = await seatStore.seats(eventId, freed);
  const claims = now?.seats.flatMap(({ claim }) => claim ?? []) ?? [];
  const fromLine = await Promise.all(claims.map((claim) => isFromLine(service, claim)));
  return claims.flatMap((claim, index) => (fromLine[index] ? [claim.userId] : []));
}

async function freeSeats(seatStore: TrainNeeds['seatStore'], eventId: number): Promise<void> {
  const all = (await seatStore.seats(eventId))?.seats ?? [];
  const held = all.flatMap(({ claim }) => (claim?.state === 'HELD' ? [claim] : []));
  await Promise.all(
    held.map(({ holdId, userId }) =>
      seatStore.execute({ type: 'release_holds', eventId, holdIds: [holdId], userId }),
    ),
  );
}

function watch(needs: TrainNeeds, userId: string, tell: (standing: Standing) => void): () => void {
  const { event, watchers, clock } = needs;
  let stopped = false;
  const look = async () => {
    try {
      const now = await standingOf(needs, await event.id(), userId);
      if (!stopped) tell(now);
    } catch (error) {
      onlyUnavailable(error);
      if (!stopped) clock.after(TOLD_AGAIN, () => void look());
    }
  };
  const leave = watchers.watch(event.id(), userId, () => void look());
  return () => {
    stopped = true;
    leave();
  };
}

async function livePlace(
  service: WaitlistService,
  eventId: number,
  userId: string,
): Promise<Place | undefined> {
  const place = await service.standing(eventId, userId);
  return isRefusal(place) || !isLive(place.entry) ? undefined : place;
}

async function isFromLine(service: WaitlistService, { eventId, userId, holdId }: Hold): Promise<boolean> {
  const place = await service.standing(eventId, userId);
  return !isRefusal(place) && (place.entry.offer?.holdIds.includes(holdId) ?? false);
}

function waiting({ entry, ahead }: Place): Extract<Standing, { is: 'waiting' }> {
  return { is: 'waiting', position: ahead + 1, acceptBy: entry.offer?.answerBy ?? null };
}
