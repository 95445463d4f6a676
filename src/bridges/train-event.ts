import type { EditionEvents } from '../catalog/ports/edition-events.ts';
import { unnumberedSeats } from '../catalog/seat.ts';
import type { CatalogService } from '../catalog/service.ts';
import { DAY, type Millis } from '../core/clock.ts';
import { isConflict } from '../core/conflict.ts';
import type { Locks } from '../core/locks.ts';
import { isRefusal } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';

export interface TrainEventNeeds {
  catalog: CatalogService;
  editionEvents: EditionEvents;
  locks: Locks;
  seatStore: Pick<SeatStore, 'seats' | 'execute'>;
  capacity: number;
  currency: string;
  now(): Millis;
}

const EDITION = 'train';
/** A seat of the train is its passenger's until he gives it back. */
const FOR_GOOD: Millis = 3_650 * DAY;
const ACTOR = 'train';

/** The event that the train edition sells, made when it is first asked for. */
export function trainEvent(needs: TrainEventNeeds): { id(): Promise<number>; known(): number | undefined } {
  let known: number | undefined;
  let finding: Promise<number> | undefined;
  const find = async () => {
    let eventId: number | undefined;
    const found = await needs.locks.distributedLock('train:event', async () => {
      eventId = await findOrMake(needs);
      await fitCapacity(needs, eventId);
      return eventId;
    });
    if (found === undefined) throw new Unavailable('the train is being made ready');
    known = found;
    return found;
  };
  return {
    known: () => known,
    id() {
      if (known !== undefined) return Promise.resolve(known);
      finding ??= find().finally(() => {
        finding = undefined;
      });
      return finding;
    },
  };
}

async function findOrMake(needs: TrainEventNeeds): Promise<number> {
  const { catalog, editionEvents } = needs;
  const before = await editionEvents.find(EDITION);
  if (before !== undefined) {
    if (!catalog.event(before)) await catalog.refresh();
    return before;
  }
  const eventId = await make(needs);
  try {
    await editionEvents.remember(EDITION, eventId);
  } catch (error) {
    if (!isConflict(error)) throw error;
    return (await editionEvents.find(EDITION)) ?? eventId;
  }
  return eventId;
}

/** Broken off and begun again, it finds what it made: the command is answered once. */
async function make({ catalog, capacity, currency, now }: TrainEventNeeds): Promise<number> {
  const key = { id: 'train event', bodyHash: EDITION };
  const created = await catalog.create(
    {
      name: 'Train',
      startsAt: now() + FOR_GOOD,
      venue: null,
      totalSeats: capacity,
      saleOpensAt: null,
      currency,
      inventory: 'capacity',
      policy: { claimStrategy: 'atomic', holdMillis: FOR_GOOD, seatsPerBuyer: 1, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    key,
  );
  if (isRefusal(created)) throw new Error(`the train was refused: ${created.refused}`);
  await catalog.startSale(created.event.eventId);
  return created.event.eventId;
}

/** More seats are added or unblocked, fewer are blocked: only free ones, so nobody loses his. */
async function fitCapacity(needs: TrainEventNeeds, eventId: number): Promise<void> {
  const { catalog, seatStore, capacity } = needs;
  const seats = (await seatStore.seats(eventId))?.seats ?? [];
  const idsOf = (state: string) => seats.flatMap((each) => (each.state === state ? [each.seat.seatId] : []));
  const blocked = idsOf('BLOCKED');
  const surplus = seats.length - blocked.length - capacity;
  if (surplus > 0) {
    const seatIds = idsOf('AVAILABLE').slice(-surplus);
    if (seatIds.length > 0) await seatStore.execute({ type: 'block_seats', eventId, seatIds, actor: ACTOR });
    return;
  }
  const seatIds = blocked.slice(0, -surplus);
  if (seatIds.length > 0) await seatStore.execute({ type: 'unblock_seats', eventId, seatIds, actor: ACTOR });
  const missing = -surplus - seatIds.length;
  if (missing <= 0) return;
  const more = unnumberedSeats(seats.length + missing, 0).slice(seats.length);
  const added = await catalog.addSeats(eventId, more, undefined);
  if (isRefusal(added)) throw new Error(`the train’s seats were refused: ${added.refused}`);
}
