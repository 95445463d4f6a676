import type { CatalogService } from '../catalog/service.ts';
import { OPEN_ADMISSION } from '../core/admission.ts';
import type { CommandKey, CommandLog } from '../core/command.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import type { Seats } from '../request-queue/ports/seats.ts';
import type { HeldSeats, SeatRequest } from '../request-queue/request.ts';
import { totalOf } from '../reservation/seat.ts';
import type { Held, ReservationService } from '../reservation/service.ts';

export interface RequestSeatsNeeds {
  catalog: Pick<CatalogService, 'event' | 'isOnSale'>;
  reservations: Pick<ReservationService, 'holdUnanswered'>;
  commandLog: CommandLog;
  seatsPerHold: number;
  /** Resolves when everything decided of the event's seats is in the ledger, and so in the command log. */
  settled(eventId: number): Promise<void>;
}

/** What a waiting request asks of the sale. Its id is in the key of the seat command, so a second effect is refused. */
export function requestSeats({
  catalog,
  reservations,
  commandLog,
  seatsPerHold,
  settled,
}: RequestSeatsNeeds): Seats {
  return {
    refusalOf(eventId, seatIds) {
      const event = catalog.event(eventId);
      if (!event) return refuse('EVENT_NOT_FOUND');
      if (!catalog.isOnSale(event)) return refuse('SALE_NOT_OPEN', { status: event.status });
      return seatIds.length > seatsPerHold ? refuse('TOO_MANY_SEATS', { limit: seatsPerHold }) : undefined;
    },
    async taken(requests) {
      for (const eventId of new Set(requests.map((request) => request.eventId))) await settled(eventId);
      const records = await Promise.all(requests.map((request) => commandLog.find(keyOf(request).id)));
      const taken = new Map<string, HeldSeats>();
      for (const [index, record] of records.entries())
        if (record) taken.set((requests[index] as SeatRequest).requestId, heldSeats(record.reply as Held));
      return taken;
    },
    async hold(request, until) {
      const { eventId, seatIds, userId, sessionId, admissionId, way } = request;
      const admission = admissionId === null ? OPEN_ADMISSION : { kind: 'session' as const, admissionId };
      const claimant = { userId, sessionId, admission, key: keyOf(request) };
      const held = await reservations.holdUnanswered(eventId, seatIds, claimant, {
        inOrderUntil: until,
        ...(way && { way }),
      });
      return isRefusal(held) ? held : heldSeats(held);
    },
  };
}

/** No key of a client's looks like this: theirs are JSON. */
function keyOf({ requestId }: SeatRequest): CommandKey {
  return { id: `request ${requestId}`, bodyHash: requestId };
}

function heldSeats({ holds, seats }: Held): HeldSeats {
  return {
    reservationIds: holds.map(({ holdId }) => holdId),
    amount: totalOf(seats),
    expiresAt: holds.reduce((latest, hold) => Math.max(latest, hold.expiresAt), 0),
  };
}
