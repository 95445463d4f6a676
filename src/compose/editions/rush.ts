import { sqlSessionNames } from '../../adapters/sql/waiting-room/session-names.ts';
import { rushRooms } from '../../bridges/rush-rooms.ts';
import type { CatalogService } from '../../catalog/service.ts';
import type { Sale } from '../../compose.ts';
import { HOUR, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import { makeRushHall } from '../../demo/rush.ts';
import type { Purchases } from '../../editions/rush/ports/seats.ts';
import type { RushEditionNeeds } from '../../editions/rush/routes.ts';
import { Doorway } from '../../waiting-room/doorway.ts';
import type { Machine } from '../machine.ts';
import type { WaitingRooms } from '../waiting-rooms.ts';

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
    halls: { make: (key) => makeRushHall(sale.catalog, key) },
  };
}

function purchasesOf({ editions: { inHand, rush }, orders: { checkout } }: Sale): Purchases {
  const { holdMillis } = rush;
  return {
    hold: (eventId, seatId, buyer, known) =>
      inHand.holdOnly(eventId, seatId, buyer, { ...known, holdMillis }),
    release: (eventId, seatId, buyer) => inHand.release(eventId, seatId, buyer),
    pay: (purchase, key) => checkout.buyOnly(purchase, key),
    leave: (eventId, userId) => inHand.releaseAll(eventId, userId),
  };
}
