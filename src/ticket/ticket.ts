import type { Millis } from '../core/clock.ts';

export const TICKET_STATES = ['VALID', 'USED', 'TRANSFERRED', 'REPLACED', 'CANCELLED'] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/**
 * Every move a ticket can make. USED goes back to VALID when staff undoes a scan; the last three are ends. A ticket
 * that is passed on or issued anew ends here, and the right goes on in a ticket of the next revision.
 */
export const TICKET_MOVES: Readonly<Record<TicketState, readonly TicketState[]>> = {
  VALID: ['USED', 'TRANSFERRED', 'REPLACED', 'CANCELLED'],
  USED: ['VALID', 'CANCELLED'],
  TRANSFERRED: [],
  REPLACED: [],
  CANCELLED: [],
};

/** Which ticket: the revision-th right to the seat that an order bought. */
export interface TicketId {
  readonly orderId: number;
  readonly seatId: number;
  /** From 1; grows by one with each transfer and each new issue. */
  readonly revision: number;
}

/** The place that a ticket is for, as it was when it was bought. */
export interface TicketSeat {
  readonly seatId: number;
  readonly number: string;
  readonly section: string | null;
  readonly row: string | null;
  readonly type: string;
}

/** How somebody was let in. */
export interface Entry {
  readonly at: Millis;
  /** As the staff calls it. */
  readonly gate: string;
}

/** The right to enter one seat of one event, once. Values are never changed in place: a change is a new value. */
export interface Ticket {
  readonly id: TicketId;
  readonly eventId: number;
  readonly seat: TicketSeat;
  /** Whoever holds it, or held it to its end. */
  readonly holderId: string;
  /** Who passed it on to the holder; null when the holder bought it. */
  readonly receivedFrom: string | null;
  /** Whom it was passed on to, when TRANSFERRED. */
  readonly passedTo: string | null;
  readonly state: TicketState;
  /** Grows with every change; an older one never replaces a newer one. */
  readonly version: number;
  /** Whole seconds, as the code says it. */
  readonly issuedAt: Millis;
  /** When it came to its present state. */
  readonly movedAt: Millis;
  /** How its holder was let in, when USED. */
  readonly entry: Entry | null;
}

/** One line of a ticket's history. */
export interface TicketMove {
  readonly id: TicketId;
  readonly version: number;
  /** Null when it was made. */
  readonly from: TicketState | null;
  readonly to: TicketState;
  readonly at: Millis;
  /** Who did it; null when it followed from the order. */
  readonly actor: string | null;
  readonly gate: string | null;
}

/** Whether its code can be shown: it lets in, or has let in. */
export function isLive(ticket: Ticket): boolean {
  return ticket.state === 'VALID' || ticket.state === 'USED';
}

/** "12-345-1". */
export function formatTicketId({ orderId, seatId, revision }: TicketId): string {
  return `${orderId}-${seatId}-${revision}`;
}

/** Reads what formatTicketId wrote; undefined for anything else. */
export function parseTicketId(text: string): TicketId | undefined {
  if (!/^[1-9]\d{0,15}-[1-9]\d{0,15}-[1-9]\d{0,5}$/.test(text)) return undefined;
  const [orderId = 0, seatId = 0, revision = 0] = text.split('-').map(Number);
  return Number.isSafeInteger(orderId) && Number.isSafeInteger(seatId)
    ? { orderId, seatId, revision }
    : undefined;
}
