import type { CatalogService } from '../catalog/service.ts';
import { isRefusal } from '../core/refusal.ts';
import type { OrderedSeat } from '../order/order.ts';
import type { OrderSeats, Seats } from '../order/ports/seats.ts';
import type { ClaimedSeat } from '../reservation/command.ts';
import type { Hold } from '../reservation/hold.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Seat } from '../reservation/seat.ts';

export interface OrderSeatsNeeds {
  seatStore: SeatStore;
  catalog: CatalogService;
  history: Pick<HoldHistory, 'beingPaid'>;
}

/** What an order asks of the seats, in the words of the seats. */
export function orderSeats({ seatStore, catalog, history }: OrderSeatsNeeds): Seats {
  /** The order's claims under their present fences, which a crash may have kept from it. */
  const ownClaims = async ({ orderId, eventId, seats }: OrderSeats): Promise<ClaimedSeat[]> => {
    const now = await seatStore.seats(
      eventId,
      seats.map(({ seatId }) => seatId),
    );
    const claims = now?.seats.map(({ claim }) => claim) ?? [];
    return claims.flatMap((claim) =>
      claim?.orderId === orderId ? [{ seatId: claim.seatId, fence: claim.fence }] : [],
    );
  };

  return {
    async beginPayment(claim) {
      const reply = await seatStore.execute({ type: 'begin_payment', ...claim });
      if (isRefusal(reply)) return reply;
      const seats = reply.holds.map((hold, index) => ({
        fence: hold.fence,
        ...orderedSeat(reply.seats[index] as Seat),
      }));
      return { currency: catalog.event(claim.eventId)?.currency ?? '', seats };
    },
    async claimedOrder({ eventId, userId, seatIds }) {
      const now = (await seatStore.seats(eventId, seatIds))?.seats ?? [];
      const first = now[0]?.claim;
      const isOne = now.every(
        ({ state, claim }) =>
          state === 'PAYING' && claim?.userId === userId && claim.orderId === first?.orderId,
      );
      if (!first?.orderId || !isOne || now.length < seatIds.length) return undefined;
      const whole = (await history.beingPaid()).find(({ orderId }) => orderId === first.orderId);
      if (whole?.seats.length !== seatIds.length) return undefined;
      return {
        orderId: first.orderId,
        currency: catalog.event(eventId)?.currency ?? '',
        seats: now.map(({ seat, claim }) => ({ fence: (claim as Hold).fence, ...orderedSeat(seat) })),
        until: Math.min(...now.map(({ claim }) => (claim as Hold).expiresAt)),
      };
    },
    async standing(eventId, seatId) {
      const now = (await seatStore.seats(eventId, [seatId]))?.seats[0];
      if (!now) return undefined;
      const { state, claim } = now;
      return {
        state: state === 'AVAILABLE' ? 'FREE' : state,
        userId: claim?.userId ?? null,
        orderId: claim?.orderId ?? null,
        expiresAt: claim?.expiresAt ?? null,
        latestEnd: claim?.latestEnd ?? null,
      };
    },
    async sell({ orderId, eventId, userId, seats }) {
      const reply = await seatStore.execute({
        type: 'sell_seats',
        orderId,
        eventId,
        userId,
        seats: claimed(seats),
      });
      return isRefusal(reply) ? reply : new Map(reply.holds.map((hold) => [hold.seatId, hold.fence]));
    },
    async endPayment(order, { outcome, actor }) {
      const { orderId, eventId } = order;
      const seats = await ownClaims(order);
      await seatStore.execute({ type: 'end_payment', orderId, eventId, seats, outcome, actor });
    },
    async returnSale(order, { actor }) {
      const { orderId, eventId } = order;
      const seats = await ownClaims(order);
      await seatStore.execute({ type: 'return_sale', orderId, eventId, seats, actor });
    },
    beingPaid: () => history.beingPaid(),
  };
}

function claimed(seats: readonly ClaimedSeat[]): ClaimedSeat[] {
  return seats.map(({ seatId, fence }) => ({ seatId, fence }));
}

function orderedSeat({
  seatId,
  number,
  section,
  row,
  type,
  price,
  x,
  y,
  createdAt,
}: Seat): Omit<OrderedSeat, 'fence'> {
  return { seatId, number, section, row, type, price, x, y, createdAt };
}
