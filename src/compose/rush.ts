import { sqlSessionNames } from '../adapters/sql/waiting-room/session-names.ts';
import { rushRooms } from '../bridges/rush-rooms.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Sale } from '../compose.ts';
import { HOUR, SECOND } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { every } from '../core/every.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { rushHall } from '../demo/rush.ts';
import type { Purchases } from '../editions/rush/ports/seats.ts';
import type { RushEditionNeeds } from '../editions/rush/routes.ts';
import { Doorway } from '../waiting-room/doorway.ts';
import type { Machine } from './machine.ts';
import type { WaitingRooms } from './waiting-rooms.ts';

/** How somebody comes into an event by the rush edition, and how long he holds a seat. */
export interface RushDoor {
  doorway: Doorway;
  holdMillis: number;
  startJobs(): (() => void)[];
}

/** Part of `compose`. */
export function composeRush(
  { config, clock, random, database }: Pick<Machine, 'config' | 'clock' | 'random' | 'database'>,
  { catalog, waitingRooms }: { catalog: CatalogService; waitingRooms: WaitingRooms },
): RushDoor {
  const { activeMax, tokenSeconds, holdSeconds } = config.rush;
  const limits = { activeMax, sessionMillis: tokenSeconds * SECOND };
  const { service, gate } = waitingRooms.throughOther(rushRooms(waitingRooms.rooms, catalog, limits));
  const doorway = new Doorway({ service, gate, names: sqlSessionNames(database), clock, random });
  return {
    doorway,
    holdMillis: holdSeconds * SECOND,
    startJobs: () => [every(clock, HOUR, () => doorway.forgetOld())],
  };
}

/** What the rush edition calls, in the words of its ports. */
export function rushNeeds(sale: Sale): RushEditionNeeds {
  return {
    doorway: sale.editions.rush.doorway,
    seats: sale.enquiries,
    updates: sale.editions.updates,
    purchases: purchasesOf(sale),
    halls: { make: (key) => makeHall(sale.catalog, key) },
  };
}

function purchasesOf({ editions: { holds, rush }, orders: { checkout } }: Sale): Purchases {
  const { holdMillis } = rush;
  return {
    async hold(eventId, seatId, buyer, known) {
      const manner = { ...known, holdMillis };
      const held = await holds.holdOnly(eventId, seatId, buyer, manner);
      if (!isRefusal(held) || held.refused !== 'SEAT_LIMIT_REACHED') return held;
      // A seat that could not be paid for is his still, by an order that waits for another payment.
      const given = await checkout.giveUpUnpaid(eventId, buyer.userId);
      return given === 0 ? held : holds.holdOnly(eventId, seatId, buyer, manner);
    },
    async release(eventId, seatId, buyer) {
      const released = await holds.release(eventId, seatId, buyer);
      const isUnpaid = isRefusal(released) && released.refused === 'RESERVATION_NOT_ACTIVE';
      return isUnpaid && (await checkout.giveUp(eventId, seatId, buyer.userId)) ? { released: 1 } : released;
    },
    pay: (purchase, key) => checkout.buyOnly(purchase, key),
    async leave(eventId, userId) {
      await holds.releaseAllOf(eventId, userId);
      await checkout.giveUpUnpaid(eventId, userId);
    },
  };
}

/** Made step by step: asked again with the same key, it goes on where it was. */
async function makeHall(catalog: CatalogService, key: CommandKey | undefined): Promise<number | Refusal> {
  const seats = rushHall();
  const created = await catalog.create(
    {
      name: 'Rush demo hall',
      venue: null,
      startsAt: Date.UTC(2027, 4, 1, 10, 0),
      totalSeats: seats.length,
      saleOpensAt: null,
      currency: 'KRW',
      inventory: 'seated',
      policy: { claimStrategy: 'atomic', holdMillis: 60 * SECOND, seatsPerBuyer: 20, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    key,
  );
  if (isRefusal(created)) return created;
  const { eventId } = created.event;
  const isEmpty = ((await catalog.hall(eventId))?.seats.length ?? 0) === 0;
  const added = isEmpty ? await catalog.addSeats(eventId, seats, undefined) : undefined;
  const started = isRefusal(added) ? added : await catalog.startSale(eventId, undefined);
  return isRefusal(started) ? started : eventId;
}
