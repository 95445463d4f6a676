import { assert } from '../core/assert.ts';
import { type Millis, SECOND } from '../core/clock.ts';
import {
  type Entry,
  formatTicketId,
  isLive,
  TICKET_MOVES,
  type Ticket,
  type TicketId,
  type TicketMove,
  type TicketSeat,
  type TicketState,
} from './ticket.ts';
import type { TicketedOrder } from './ticketed-order.ts';

/** Tickets as they now are, and what was done to them. */
export interface TicketChanges {
  readonly tickets: readonly Ticket[];
  readonly moves: readonly TicketMove[];
}

/** By whom and when. */
interface Act {
  actor: string | null;
  now: Millis;
}

/**
 * What must become of an order's tickets so that each seat it owns has one live ticket and no other seat has any. It
 * looks at how things are, not at what was told, so that messages may come twice, late or in any order.
 */
export function settled(order: TicketedOrder, tickets: readonly Ticket[], now: Millis): TicketChanges {
  const act = { actor: null, now };
  const owed = new Set(order.seats.map(({ seatId }) => seatId));
  const dead = tickets.filter((ticket) => isLive(ticket) && !owed.has(ticket.seat.seatId));
  const known = new Set(tickets.map(({ seat }) => seat.seatId));
  const missing = order.seats.filter(({ seatId }) => !known.has(seatId));
  return together([
    ...dead.map((ticket) => moved(ticket, 'CANCELLED', act)),
    ...missing.map((seat) => firstTicket(order, seat, act)),
  ]);
}

/** The ticket ends here and begins anew for another person: whoever kept the old code has nothing. */
export function transferred(ticket: Ticket, to: string, now: Millis): TicketChanges {
  const act = { actor: ticket.holderId, now };
  const ended = moved(ticket, 'TRANSFERRED', act, { passedTo: to });
  return together([ended, next(ticket, { holderId: to, receivedFrom: ticket.holderId }, act)]);
}

/** The same person gets a new code, and the old one dies. */
export function reissued(ticket: Ticket, now: Millis): TicketChanges {
  const { holderId, receivedFrom } = ticket;
  const act = { actor: holderId, now };
  return together([moved(ticket, 'REPLACED', act), next(ticket, { holderId, receivedFrom }, act)]);
}

export function admitted(ticket: Ticket, entry: Entry, actor: string): TicketChanges {
  return moved(ticket, 'USED', { actor, now: entry.at }, { entry });
}

/** A scan that should not have been: the code lets in once more. */
export function readmittable(ticket: Ticket, actor: string, now: Millis): TicketChanges {
  return moved(ticket, 'VALID', { actor, now }, { entry: null });
}

function firstTicket(order: TicketedOrder, seat: TicketSeat, act: Act): TicketChanges {
  const { orderId, eventId, buyerId } = order;
  const id = { orderId, seatId: seat.seatId, revision: 1 };
  return made(id, { eventId, seat, holderId: buyerId, receivedFrom: null }, act);
}

function next(ticket: Ticket, holder: Pick<Ticket, 'holderId' | 'receivedFrom'>, act: Act): TicketChanges {
  const { eventId, seat } = ticket;
  return made({ ...ticket.id, revision: ticket.id.revision + 1 }, { eventId, seat, ...holder }, act);
}

function made(
  id: TicketId,
  given: Pick<Ticket, 'eventId' | 'seat' | 'holderId' | 'receivedFrom'>,
  { actor, now }: Act,
): TicketChanges {
  const issuedAt = now - (now % SECOND);
  const ticket: Ticket = {
    id,
    passedTo: null,
    state: 'VALID',
    version: 1,
    issuedAt,
    movedAt: now,
    entry: null,
    ...given,
  };
  return {
    tickets: [ticket],
    moves: [{ id, version: 1, from: null, to: 'VALID', at: now, actor, gate: null }],
  };
}

function moved(
  ticket: Ticket,
  to: TicketState,
  { actor, now }: Act,
  more: Partial<Pick<Ticket, 'passedTo' | 'entry'>> = {},
): TicketChanges {
  const { id, state } = ticket;
  assert(TICKET_MOVES[state].includes(to), `ticket ${formatTicketId(id)}: ${state} to ${to}`);
  const version = ticket.version + 1;
  const gate = (more.entry ?? ticket.entry)?.gate ?? null;
  return {
    tickets: [{ ...ticket, ...more, state: to, version, movedAt: now }],
    moves: [{ id, version, from: state, to, at: now, actor, gate }],
  };
}

function together(changes: readonly TicketChanges[]): TicketChanges {
  return {
    tickets: changes.flatMap(({ tickets }) => tickets),
    moves: changes.flatMap(({ moves }) => moves),
  };
}
