import type { BookingDetail, BookingInput, BookingView } from '../contract/booking.ts';
import { formatDateTime, formatOptionalDateTime } from '../contract/date-time.ts';
import { seatView } from '../contract/seat-view.ts';
import { formatMoney } from '../core/money.ts';
import { languageOf } from '../http/messages/sentence.ts';
import type { Order, OrderContact, OrderState } from './order.ts';

/** What v1 calls the states of an order, and of its payment. */
const BOOKING_STATUS: Readonly<Record<OrderState, [status: string, payment: string]>> = {
  PENDING: ['PENDING', 'PENDING'],
  AUTHORIZING: ['PENDING', 'PENDING'],
  UNKNOWN: ['PENDING', 'PENDING'],
  VOIDING: ['PENDING', 'PENDING'],
  CONFIRMED: ['CONFIRMED', 'SUCCESS'],
  REFUNDING: ['CONFIRMED', 'SUCCESS'],
  PART_REFUNDING: ['CONFIRMED', 'SUCCESS'],
  CANCELLED: ['CANCELLED', 'PENDING'],
  FAILED: ['FAILED', 'FAILED'],
};

/** What v1 calls the state of an order. */
export function bookingStatus(state: OrderState): string {
  return BOOKING_STATUS[state][0];
}

/** The states of an order that v1 lists under a status. */
export function statesOf(status: string): OrderState[] {
  return (Object.keys(BOOKING_STATUS) as OrderState[]).filter((state) => BOOKING_STATUS[state][0] === status);
}

export function bookingView(order: Order): BookingView {
  const [status, paymentStatus] = BOOKING_STATUS[order.state];
  const isOver = order.state === 'CANCELLED' || order.state === 'FAILED';
  return {
    booking_id: order.orderId,
    event_id: order.eventId,
    user_id: order.userId,
    total_amount: formatMoney(order.amount),
    status,
    payment_status: order.refunded ? 'REFUNDED' : paymentStatus,
    booking_reference: order.reference,
    created_at: formatDateTime(order.createdAt),
    confirmed_at: formatOptionalDateTime(order.confirmedAt),
    payment_deadline: formatDateTime(order.deadline),
    currency: order.currency,
    seats: order.seats.map((seat) => seatView(order.eventId, seat, isOver ? 'AVAILABLE' : 'BOOKED')),
  };
}

export function bookingDetail(
  order: Order,
  event: { name: string; venue: string | null; startsAt: number },
): BookingDetail {
  return {
    event_name: event.name,
    venue_name: event.venue,
    event_date: formatDateTime(event.startsAt),
    ...bookingView(order),
  };
}

/** Where the buyer wants to hear of the order; in the language of the request unless another is named. */
export function contactOf(
  { contact }: BookingInput,
  acceptLanguage: string | undefined,
): OrderContact | null {
  return contact ? { email: contact.email, language: contact.language ?? languageOf(acceptLanguage) } : null;
}
