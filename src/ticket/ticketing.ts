import type { Clock } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import { GateService } from './gate-service.ts';
import { Issuing } from './issuing.ts';
import { Mailing } from './mailing.ts';
import { OrderTurns } from './order-turns.ts';
import { TicketPaper } from './paper.ts';
import type { Documents } from './ports/documents.ts';
import type { MailStore } from './ports/mail-store.ts';
import type { Mailer } from './ports/mailer.ts';
import type { Signatures } from './ports/signatures.ts';
import type { TicketStore } from './ports/ticket-store.ts';
import type { TicketedEvents } from './ports/ticketed-events.ts';
import type { TicketedOrders } from './ports/ticketed-orders.ts';
import { TicketService } from './service.ts';

export interface TicketingNeeds {
  store: TicketStore;
  mails: MailStore;
  orders: TicketedOrders;
  events: TicketedEvents;
  signatures: Signatures;
  documents: Documents;
  /** Without one, nobody is written to. */
  mailer: Mailer | undefined;
  clock: Clock;
  once: Once;
  /** In which times are said on paper, as the tz database names it. */
  timeZone: string;
}

/** The slice, put together. */
export interface Ticketing {
  readonly issuing: Issuing;
  readonly tickets: TicketService;
  readonly gate: GateService;
  readonly paper: TicketPaper;
  readonly signatures: Signatures;
  readonly events: TicketedEvents;
  readonly mailing: Mailing | undefined;
}

/** All parts share the turns of orders, or two of them would change one ticket at once. */
export function ticketing(needs: TicketingNeeds): Ticketing {
  const { store, mails, orders, events, signatures, documents, mailer, clock, timeZone } = needs;
  const turns = new OrderTurns(needs.once);
  const issuing = new Issuing({ store, orders, turns, clock, mails: mailer ? 'sent' : 'not sent' });
  const paper = new TicketPaper({ documents, signatures, events, timeZone });
  return {
    issuing,
    paper,
    signatures,
    events,
    tickets: new TicketService({ store, orders, issuing, turns, clock, listed: 1_000, revisionsMax: 100 }),
    gate: new GateService({ store, orders, issuing, turns, signatures, clock }),
    mailing: mailer && new Mailing({ mails, mailer, store, orders, paper, clock }),
  };
}
