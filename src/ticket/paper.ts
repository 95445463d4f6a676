import { HOUR } from '../core/clock.ts';
import type { Language } from '../core/language.ts';
import { codeOf } from './code.ts';
import type { Appointment, Documents, Sheet } from './ports/documents.ts';
import type { Signatures } from './ports/signatures.ts';
import type { TicketedEvent, TicketedEvents } from './ports/ticketed-events.ts';
import { formatTicketId, type Ticket } from './ticket.ts';
import { momentIn, WORDS } from './words.ts';

/** Nobody tells us when an event ends; this much is kept free in calendars. */
const ASSUMED_LENGTH = 2 * HOUR;

export interface PaperNeeds {
  documents: Documents;
  signatures: Signatures;
  events: TicketedEvents;
  /** In which times are said, as the tz database names it. */
  timeZone: string;
}

/** Tickets as things to carry: codes, sheets, appointments. Only for tickets that are in force. */
export class TicketPaper {
  readonly #needs: PaperNeeds;

  constructor(needs: PaperNeeds) {
    this.#needs = needs;
  }

  code(ticket: Ticket): string {
    return codeOf(ticket, this.#needs.signatures);
  }

  qrSvg(ticket: Ticket): Promise<string> {
    return this.#needs.documents.qrSvg(this.code(ticket));
  }

  qrPng(ticket: Ticket): Promise<Uint8Array> {
    return this.#needs.documents.qrPng(this.code(ticket));
  }

  /** One page a ticket. All of one event. */
  pdf(tickets: readonly Ticket[], language: Language): Promise<Uint8Array> {
    const event = this.event(tickets);
    const sheets = tickets.map((ticket) => this.#sheet(ticket, event, language));
    return this.#needs.documents.pdf(sheets, { title: event.name, language });
  }

  calendar(tickets: readonly Ticket[], language: Language): Promise<string> {
    return this.#needs.documents.calendar(this.#appointment(tickets, language));
  }

  event([first]: readonly Ticket[]): TicketedEvent {
    const known = first && this.#needs.events.describe(first.eventId);
    return known ?? { name: `#${first?.eventId ?? ''}`, venue: null, startsAt: 0 };
  }

  /** When an event begins, in words. */
  moment({ startsAt }: TicketedEvent, language: Language): string {
    return momentIn(startsAt, { language, timeZone: this.#needs.timeZone });
  }

  #sheet(ticket: Ticket, event: TicketedEvent, language: Language): Sheet {
    const words = WORDS[language];
    const { section, row, number, type } = ticket.seat;
    const lines: [string, string | null][] = [
      [words.when, this.moment(event, language)],
      [words.where, event.venue],
      [words.section, section],
      [words.row, row],
      [words.seat, `${number} (${words.type[type] ?? type})`],
      [words.holder, ticket.holderId],
      [words.number, formatTicketId(ticket.id)],
    ];
    const said = lines.filter((line): line is [string, string] => line[1] !== null);
    return { title: event.name, lines: said, code: this.code(ticket), note: words.note };
  }

  #appointment(tickets: readonly Ticket[], language: Language): Appointment {
    const { name, venue, startsAt } = this.event(tickets);
    return {
      appointmentId: tickets
        .map(({ id }) => formatTicketId(id))
        .join('.')
        .slice(0, 200),
      title: name,
      location: venue,
      description: WORDS[language].seats(seatsOf(tickets)),
      startsAt,
      durationMillis: ASSUMED_LENGTH,
    };
  }
}

/** "Floor A12, Floor A13". */
export function seatsOf(tickets: readonly Ticket[]): string {
  return tickets.map(({ seat }) => [seat.section, seat.number].filter(Boolean).join(' ')).join(', ');
}
