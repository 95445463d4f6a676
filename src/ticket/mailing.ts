import type { Clock } from '../core/clock.ts';
import { onlyUnavailable, Unavailable } from '../core/unavailable.ts';
import { begun, failed, givenUp, type Mail, sent } from './mail.ts';
import { seatsOf, type TicketPaper } from './paper.ts';
import type { MailStore } from './ports/mail-store.ts';
import type { Letter, Mailer } from './ports/mailer.ts';
import type { TicketStore } from './ports/ticket-store.ts';
import type { TicketedOrders } from './ports/ticketed-orders.ts';
import type { Ticket } from './ticket.ts';
import { WORDS } from './words.ts';

export interface MailingNeeds {
  mails: MailStore;
  mailer: Mailer;
  store: TicketStore;
  orders: TicketedOrders;
  paper: TicketPaper;
  clock: Clock;
}

/** Sends each confirmed order's tickets to its buyer, once, as far as mail can promise that. */
export class Mailing {
  readonly #needs: MailingNeeds;

  constructor(needs: MailingNeeds) {
    this.#needs = needs;
  }

  /** Tries what is due, at most `limit` at once, and says how many there were. */
  async sendDue(limit: number): Promise<number> {
    const due = await this.#needs.mails.due(this.#needs.clock.now(), limit);
    await Promise.all(due.map((mail) => this.#try(mail).catch(onlyUnavailable)));
    return due.length;
  }

  async #try(mail: Mail): Promise<void> {
    const { mails, clock } = this.#needs;
    const trying = begun(mail, clock.now());
    await mails.save(trying);
    const outcome = await this.#send(trying).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      return { failed: error.message };
    });
    const now = clock.now();
    if (outcome === 'sent') await mails.save(sent(trying, now));
    else if ('rejected' in outcome) await mails.save(givenUp(trying, outcome.rejected, now));
    else await mails.save(failed(trying, outcome.failed, now));
  }

  async #send(mail: Mail): Promise<'sent' | { rejected: string }> {
    const { store, orders, mailer } = this.#needs;
    const order = await orders.find(mail.orderId);
    const { tickets } = await store.ofOrder(mail.orderId);
    const valid = tickets.filter(({ state, holderId }) => state === 'VALID' && holderId === order?.buyerId);
    if (!order || valid.length === 0) return { rejected: 'no ticket of the order is valid any more' };
    return mailer.send(await this.#letter(mail, valid, order.reference));
  }

  async #letter(mail: Mail, tickets: readonly Ticket[], reference: string): Promise<Letter> {
    const { paper } = this.#needs;
    const { email, language } = mail.contact;
    const words = WORDS[language];
    const event = paper.event(tickets);
    const facts = [
      `${words.when}: ${paper.moment(event, language)}`,
      ...(event.venue === null ? [] : [`${words.where}: ${event.venue}`]),
      words.seats(seatsOf(tickets)),
      `${words.reference}: ${reference}`,
    ];
    return {
      letterId: reference,
      to: email,
      subject: words.subject(event.name),
      text: [words.greeting(event.name), facts.join('\n'), words.attached].join('\n\n'),
      attachments: [
        {
          name: `${words.fileName}.pdf`,
          mediaType: 'application/pdf',
          content: await paper.pdf(tickets, language),
        },
        {
          name: `${words.fileName}.ics`,
          mediaType: 'text/calendar; charset=utf-8',
          content: await paper.calendar(tickets, language),
        },
      ],
    };
  }
}
