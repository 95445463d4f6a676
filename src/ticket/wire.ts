import { formatDateTime } from '../contract/date-time.ts';
import type { EarlierEntry, TicketDetail, TicketView } from '../contract/ticket.ts';
import type { Refusal } from '../core/refusal.ts';
import type { TicketedEvent } from './ports/ticketed-events.ts';
import {
  type Entry,
  formatTicketId,
  parseTicketId,
  type Ticket,
  type TicketId,
  type TicketMove,
} from './ticket.ts';

/** Of a path whose schema has been checked. */
export function ticketIdOf(text: string): TicketId {
  // A number that is too large to be exact is nobody's.
  return parseTicketId(text) ?? { orderId: 0, seatId: 0, revision: 0 };
}

export function ticketView(ticket: Ticket): TicketView {
  const { id, seat, entry } = ticket;
  return {
    ticket_id: formatTicketId(id),
    booking_id: id.orderId,
    event_id: ticket.eventId,
    user_id: ticket.holderId,
    status: ticket.state,
    seat_id: seat.seatId,
    seat_number: seat.number,
    section: seat.section,
    row_number: seat.row,
    seat_type: seat.type,
    revision: id.revision,
    issued_at: formatDateTime(ticket.issuedAt),
    changed_at: formatDateTime(ticket.movedAt),
    received_from: ticket.receivedFrom,
    transferred_to: ticket.passedTo,
    used_at: entry && formatDateTime(entry.at),
    gate: entry?.gate ?? null,
  };
}

export function ticketDetail(
  ticket: Ticket,
  more: { code: string | null; event: TicketedEvent; history: readonly TicketMove[] },
): TicketDetail {
  return {
    code: more.code,
    event_name: more.event.name,
    venue_name: more.event.venue,
    event_date: formatDateTime(more.event.startsAt),
    history: more.history.map(({ at, from, to, gate }) => ({ at: formatDateTime(at), from, to, gate })),
    ...ticketView(ticket),
  };
}

/** A second scan is told when and where the first was. */
export function withEarlierEntry(refusal: Refusal): Refusal {
  if (refusal.refused !== 'TICKET_ALREADY_USED') return refusal;
  const { at, gate } = refusal.detail as Entry;
  const detail: EarlierEntry = { used_at: formatDateTime(at), gate };
  return { ...refusal, facts: { ...refusal.facts, time: detail.used_at }, detail };
}
