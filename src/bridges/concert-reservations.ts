import type { CatalogService } from '../catalog/service.ts';
import type { Claimant } from '../core/claimant.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import type { ReservationFacts, Reservations } from '../editions/concerts/ports/reservations.ts';
import type { Order } from '../order/order.ts';
import type { OrderService } from '../order/service.ts';
import type { Abuse } from '../reservation/abuse.ts';
import type { GuardedHolds } from '../reservation/guarded-holds.ts';
import type { Hold } from '../reservation/hold.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Held, ReservationService } from '../reservation/service.ts';

export interface ConcertReservationsNeeds {
  catalog: Pick<CatalogService, 'eventOfSeat'>;
  reservations: ReservationService;
  guarded: GuardedHolds;
  orders: OrderService;
  seatStore: Pick<SeatStore, 'liveHold'>;
  history: Pick<HoldHistory, 'hold'>;
}

/** The concerts edition's reservations: a hold of one seat, and the order that pays for it. */
export function concertReservations(needs: ConcertReservationsNeeds): Reservations {
  const { catalog, reservations, guarded, orders, seatStore, history } = needs;
  const holdOf = async (holdId: number) => (await seatStore.liveHold(holdId)) ?? (await history.hold(holdId));

  const reservation = async (holdId: number, userId: string): Promise<ReservationFacts | Refusal> => {
    const hold = await holdOf(holdId);
    if (hold?.userId !== userId) return refuse('RESERVATION_NOT_FOUND');
    if (hold.orderId === null) return factsOf(hold, undefined);
    const order = await orders.order(hold.orderId, userId);
    // Its row is on its way, or it was never made and its seat is given back soon.
    return factsOf(hold, isRefusal(order) ? undefined : order);
  };
  const heldFacts = (held: Held | Refusal) =>
    isRefusal(held) ? held : factsOf(held.holds[0] as Hold, undefined);
  /** As it is after something was done to it. */
  const after = ({ holdId }: ReservationFacts, { userId }: Claimant) =>
    afterEffect(() => reservation(holdId, userId));

  return {
    eventOf: (seatId) => catalog.eventOfSeat(seatId) ?? refuse('SEAT_NOT_FOUND'),
    async hold({ eventId, seatId }, buyer, way) {
      return heldFacts(await reservations.hold(eventId, [seatId], buyer, { way }));
    },
    async guardedHold({ eventId, seatId }, buyer, marks) {
      return heldFacts(await guarded.hold(eventId, seatId, buyer, marks));
    },
    async live(userId) {
      const all = await reservations.reservationsOf(userId, { activeOnly: false });
      const live = all.filter(({ hold, seat }) => seat.claim?.holdId === hold.holdId);
      return live.map(({ hold }) => factsOf(hold, undefined)).reverse();
    },
    reservation,
    async ownerOf(holdId) {
      return (await holdOf(holdId))?.userId ?? refuse('RESERVATION_NOT_FOUND');
    },
    async release(facts, buyer) {
      const released = await reservations.release(facts.holdId, buyer);
      return isRefusal(released) ? released : after(facts, buyer);
    },
    async beginPayment(facts, buyer) {
      const order = await orders.create(facts.eventId, [facts.seatId], buyer.userId, buyer.key);
      return isRefusal(order) ? order : after(facts, buyer);
    },
    async pay(facts, buyer, paymentMethod) {
      const orderId = facts.order?.orderId;
      if (orderId === undefined) return refuse('BOOKING_NOT_FOUND');
      const order = await orders.confirmPayment(orderId, buyer.userId, paymentMethod, buyer.key);
      return isRefusal(order) ? order : after(facts, buyer);
    },
    async refund(facts, buyer) {
      const orderId = facts.order?.orderId;
      if (orderId === undefined) return refuse('BOOKING_NOT_FOUND');
      const order = await orders.cancel(orderId, buyer.userId, null, buyer.key);
      return isRefusal(order) ? order : after(facts, buyer);
    },
    abuses: ({ reason, ...filter }) => guarded.records({ ...filter, reason: reason as Abuse | undefined }),
  };
}

function factsOf(hold: Hold, order: Order | undefined): ReservationFacts {
  const { holdId, eventId, seatId, userId, state, heldAt, expiresAt, endedAt } = hold;
  return {
    holdId,
    eventId,
    seatId,
    userId,
    state,
    heldAt,
    // The claim of a seat that is being paid for outlives the order's deadline a little, and nobody can pay then.
    expiresAt: order?.deadline ?? expiresAt,
    endedAt,
    order: order
      ? {
          orderId: order.orderId,
          state: order.state,
          confirmedAt: order.confirmedAt,
          endedAt: order.endedAt,
          refunded: order.refunded,
        }
      : null,
  };
}
