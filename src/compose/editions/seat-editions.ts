import { EventEnd } from '../../bridges/event-end.ts';
import { mapSource } from '../../bridges/map-source.ts';
import { HELD_OR_SOLD, seatUpdatesTo, seatUpdatesVoice } from '../../bridges/seat-updates.ts';
import { SeatsInHand } from '../../bridges/seats-in-hand.ts';
import type { CatalogService } from '../../catalog/service.ts';
import type { Answers } from '../../core/answers.ts';
import { SECOND } from '../../core/clock.ts';
import type { Once } from '../../core/command.ts';
import { updateMessages } from '../../editions/orders/stream-wire.ts';
import { updateFrame } from '../../editions/rush/socket-wire.ts';
import type { SharedFrame } from '../../http/streams/stream-socket.ts';
import type { OrderService } from '../../order/service.ts';
import { LiveMapService } from '../../realtime/service.ts';
import type { Announcements } from '../../reservation/ports/announcements.ts';
import type { Halls } from '../../reservation/ports/halls.ts';
import type { HoldHistory } from '../../reservation/ports/hold-history.ts';
import type { SeatStore } from '../../reservation/ports/seat-store.ts';
import { SeatHolds } from '../../reservation/seat-holds.ts';
import type { ReservationService } from '../../reservation/service.ts';
import type { Grounded } from '../machine.ts';
import type { WaitingRooms } from '../waiting-rooms.ts';
import { keptAnswers } from './kept-answers.ts';
import { composeRush, type RushDoor } from './rush.ts';

interface Surroundings {
  catalog: CatalogService;
  halls: Halls;
  seatStore: SeatStore;
  history: HoldHistory;
  reservations: ReservationService;
  orders: OrderService;
  once: Once;
  waitingRooms: WaitingRooms;
}

/** What the editions rush and orders stand on beside the native one: holds by seat, seats as they change, an event's end. */
export interface SeatEditions {
  holds: SeatHolds;
  /** What of an event a buyer has: his holds, and what he ordered and could not pay for. */
  inHand: SeatsInHand;
  updates: LiveMapService<SharedFrame>;
  end: EventEnd;
  answers: Answers;
  /** Into an event by the rush edition. */
  rush: RushDoor;
  /** To be told of every move of a seat. */
  seatListener: Announcements;
}

/** Part of `compose`. */
export function composeSeatEditions(
  machine: Pick<Grounded, 'config' | 'clock' | 'random' | 'database' | 'ground'>,
  sale: Surroundings,
): SeatEditions {
  const { config, clock, ground } = machine;
  const { catalog, halls, seatStore, history, reservations, orders, once } = sale;
  const holds = new SeatHolds({ reservations, seatStore, history, halls, once });
  const { bufferBytes } = config.streams;
  const updates = new LiveMapService<SharedFrame>({
    clock,
    name: 'updates',
    voice: seatUpdatesVoice({ sse: updateMessages, webSocket: updateFrame }),
    limits: { keptPatches: 1_000, laggingBytes: bufferBytes / 4, laggingMillis: 5 * SECOND },
    source: mapSource(catalog, seatStore, HELD_OR_SOLD),
    board: ground.editionBoard,
    leases: ground.leases,
  });
  return {
    holds,
    inHand: new SeatsInHand({ holds, checkout: orders.checkout }),
    updates,
    end: new EventEnd({ holds, orders: orders.ofEvents, catalog, clock }),
    answers: keptAnswers(machine, once),
    rush: composeRush(machine, sale),
    seatListener: seatUpdatesTo(updates),
  };
}
