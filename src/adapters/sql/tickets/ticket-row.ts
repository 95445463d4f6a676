import type { Ticket, TicketState } from '../../../ticket/ticket.ts';
import type { Row } from '../database.ts';
import type { Columns } from '../write-kind.ts';

export const TICKET_COLUMNS: Columns = {
  order_id: 'int',
  seat_id: 'int',
  revision: 'int',
  event_id: 'int',
  holder_id: 'text',
  received_from: 'text',
  passed_to: 'text',
  state: 'text',
  version: 'int',
  seat_number: 'text',
  section: 'text',
  row_name: 'text',
  seat_type: 'text',
  issued_at: 'int',
  moved_at: 'int',
  entered_at: 'int',
  gate: 'text',
};

export interface TicketRecord {
  order_id: number;
  seat_id: number;
  revision: number;
  event_id: number;
  holder_id: string;
  received_from: string | null;
  passed_to: string | null;
  state: TicketState;
  version: number;
  seat_number: string;
  section: string | null;
  row_name: string | null;
  seat_type: string;
  issued_at: number;
  moved_at: number;
  entered_at: number | null;
  gate: string | null;
}

export function ticketRow({ id, seat, entry, ...ticket }: Ticket): Row {
  return [
    id.orderId,
    id.seatId,
    id.revision,
    ticket.eventId,
    ticket.holderId,
    ticket.receivedFrom,
    ticket.passedTo,
    ticket.state,
    ticket.version,
    seat.number,
    seat.section,
    seat.row,
    seat.type,
    ticket.issuedAt,
    ticket.movedAt,
    entry?.at ?? null,
    entry?.gate ?? null,
  ];
}

export function ticketOf(row: TicketRecord): Ticket {
  return {
    id: { orderId: row.order_id, seatId: row.seat_id, revision: row.revision },
    eventId: row.event_id,
    seat: {
      seatId: row.seat_id,
      number: row.seat_number,
      section: row.section,
      row: row.row_name,
      type: row.seat_type,
    },
    holderId: row.holder_id,
    receivedFrom: row.received_from,
    passedTo: row.passed_to,
    state: row.state,
    version: row.version,
    issuedAt: row.issued_at,
    movedAt: row.moved_at,
    entry: row.entered_at === null ? null : { at: row.entered_at, gate: row.gate ?? '' },
  };
}
