import type { Issue, TicketStore } from '../../../ticket/ports/ticket-store.ts';
import type { Ticket, TicketId, TicketMove, TicketState } from '../../../ticket/ticket.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Row, Write } from '../database.ts';
import { gatheredReads } from '../gathered-reads.ts';
import { takenReads, takenWrite } from '../messages/inbox.ts';
import type { WriteKind } from '../write-kind.ts';
import { mailWrite } from './mail-store.ts';
import { TICKET_COLUMNS, type TicketRecord, ticketOf, ticketRow } from './ticket-row.ts';

const PUT_TICKET: WriteKind = {
  write: 'upsert',
  table: 'ticket',
  columns: TICKET_COLUMNS,
  key: ['order_id', 'seat_id', 'revision'],
  update: {
    passed_to: 'replace',
    state: 'replace',
    version: 'replace',
    moved_at: 'replace',
    entered_at: 'replace',
    gate: 'replace',
  },
  guard: { version: 'grows' },
  // Of two gates, or a gate and a refund, one was first, and the other must know.
  mustApply: true,
};

const ADD_MOVE: WriteKind = {
  write: 'insert',
  table: 'ticket_move',
  columns: {
    order_id: 'int',
    seat_id: 'int',
    revision: 'int',
    version: 'int',
    from_state: 'text',
    to_state: 'text',
    at: 'int',
    actor: 'text',
    gate: 'text',
  },
};

const PUT_ISSUE: WriteKind = {
  write: 'upsert',
  table: 'ticket_issue',
  columns: { order_id: 'int', event_id: 'int', order_revision: 'int', version: 'int', at: 'int' },
  key: ['order_id'],
  update: { order_revision: 'replace', version: 'replace', at: 'replace' },
  guard: { version: 'grows' },
  // Of two nodes that saw different states of an order, the second must look again.
  mustApply: true,
};

interface IssueRecord {
  order_id: number;
  event_id: number;
  order_revision: number;
  version: number;
  at: number;
}

interface MoveRecord {
  version: number;
  from_state: TicketState | null;
  to_state: TicketState;
  at: number;
  actor: string | null;
  gate: string | null;
}

const OF_ID = 'order_id = ? AND seat_id = ? AND revision = ?';

export function sqlTicketStore(database: Database): TicketStore {
  const ticketsWhere = async (condition: string, params: Row): Promise<Ticket[]> =>
    (await database.query<TicketRecord>(`SELECT * FROM ticket WHERE ${condition}`, params)).map(ticketOf);
  const issueOfOrder = gatheredReads<IssueRecord>(database, {
    select: 'SELECT * FROM ticket_issue WHERE order_id',
    keyOf: ({ order_id }) => order_id,
  });
  const ticketsOfOrder = gatheredReads<TicketRecord>(database, {
    select: 'SELECT * FROM ticket WHERE order_id',
    orderBy: 'seat_id, revision',
    keyOf: ({ order_id }) => order_id,
  });

  return {
    save({ tickets = [], moves = [], issue, taken, mail, record }) {
      const writes: Write[] = [];
      if (taken) writes.push(takenWrite(taken));
      if (issue) writes.push(issueWrite(issue));
      for (const ticket of tickets) writes.push({ kind: PUT_TICKET, row: ticketRow(ticket) });
      for (const move of moves) writes.push(moveWrite(move));
      if (mail) writes.push(mailWrite(mail));
      if (record) writes.push(commandWrite(record));
      return database.commit(writes);
    },
    hasTaken: takenReads(database),
    async ofOrder(orderId) {
      // The issue first: read after the tickets, it could be newer than they are, and let pass what rests on them.
      const [row] = await issueOfOrder(orderId);
      const tickets = await ticketsOfOrder(orderId);
      return { issue: row && issueOf(row), tickets: tickets.map(ticketOf) };
    },
    async find(id) {
      const [ticket] = await ticketsWhere(OF_ID, keyOf(id));
      return ticket;
    },
    heldBy(userId, { eventId, limit }) {
      const order = 'ORDER BY order_id DESC, seat_id, revision LIMIT ?';
      return eventId === undefined
        ? ticketsWhere(`holder_id = ? ${order}`, [userId, limit])
        : ticketsWhere(`holder_id = ? AND event_id = ? ${order}`, [userId, eventId, limit]);
    },
    liveOf: (eventId) =>
      ticketsWhere("event_id = ? AND state IN ('VALID', 'USED') ORDER BY seat_id", [eventId]),
    async history(id, limit) {
      const rows = await database.query<MoveRecord>(
        `SELECT version, from_state, to_state, at, actor, gate FROM ticket_move WHERE ${OF_ID} ORDER BY version LIMIT ?`,
        [...keyOf(id), limit],
      );
      return rows.map((row) => moveOf(id, row));
    },
  };
}

function keyOf({ orderId, seatId, revision }: TicketId): [number, number, number] {
  return [orderId, seatId, revision];
}

function issueWrite({ orderId, eventId, orderRevision, version, at }: Issue): Write {
  return { kind: PUT_ISSUE, row: [orderId, eventId, orderRevision, version, at] };
}

function issueOf({ order_id, event_id, order_revision, version, at }: IssueRecord): Issue {
  return { orderId: order_id, eventId: event_id, orderRevision: order_revision, version, at };
}

function moveWrite({ id, version, from, to, at, actor, gate }: TicketMove): Write {
  return { kind: ADD_MOVE, row: [...keyOf(id), version, from, to, at, actor, gate] };
}

function moveOf(id: TicketId, { version, from_state, to_state, at, actor, gate }: MoveRecord): TicketMove {
  return { id, version, from: from_state, to: to_state, at, actor, gate };
}
