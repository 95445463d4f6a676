import type { Clock, Millis } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import { claimsOf } from './code.ts';
import type { Issuing } from './issuing.ts';
import { admitted, readmittable, type TicketChanges } from './moves.ts';
import type { OrderTurns } from './order-turns.ts';
import type { Signatures } from './ports/signatures.ts';
import type { TicketStore } from './ports/ticket-store.ts';
import type { TicketedOrders } from './ports/ticketed-orders.ts';
import type { Ticket, TicketId } from './ticket.ts';

export interface GateNeeds {
  store: TicketStore;
  orders: Pick<TicketedOrders, 'undisturbed'>;
  issuing: Issuing;
  turns: OrderTurns;
  signatures: Signatures;
  clock: Clock;
}

/** Who stands at the gate. */
export interface Staff {
  readonly actor: string;
  readonly key: CommandKey | undefined;
}

/** The entrance: a code lets in once, whoever carries it. */
export class GateService {
  readonly #needs: GateNeeds;

  constructor(needs: GateNeeds) {
    this.#needs = needs;
  }

  /**
   * Lets in the bearer of a code. Refused with TICKET_ALREADY_USED and the entry before when it was not the first. Nobody
   * gives the order back meanwhile, and who was let in does not get his money.
   */
  async checkIn(
    eventId: number,
    { code, gate }: { code: string; gate: string },
    { actor, key }: Staff,
  ): Promise<Ticket | Refusal> {
    const { turns, signatures } = this.#needs;
    const claims = claimsOf(code, signatures);
    if (!claims) return refuse('TICKET_CODE_INVALID');
    if (claims.eventId !== eventId) return refuse('TICKET_OF_OTHER_EVENT', { event: claims.eventId });
    const { id } = claims;
    const admit = () => this.#admit(eventId, { id, gate }, { actor, key });
    return turns.take(id.orderId, key, () => this.#undisturbedIfPossible(id.orderId, admit));
  }

  async #admit(
    eventId: number,
    { id, gate }: { id: TicketId; gate: string },
    { actor, key }: Staff,
  ): Promise<Ticket | Refusal> {
    const { store, clock } = this.#needs;
    await this.#followIfPossible(id.orderId);
    const ticket = await store.find(id);
    if (!ticket || ticket.eventId !== eventId) return refuse('TICKET_NOT_FOUND');
    if (ticket.state === 'USED' && ticket.entry)
      return refuse('TICKET_ALREADY_USED', { gate: ticket.entry.gate }, { detail: ticket.entry });
    if (ticket.state !== 'VALID') return refuse('TICKET_NOT_VALID', { state: ticket.state });
    return this.#save(admitted(ticket, { at: clock.now(), gate }, actor), key);
  }

  /** Takes back a scan: the code lets in once more. */
  undo(id: TicketId, { actor, key }: Staff): Promise<Ticket | Refusal> {
    const { turns, store, clock } = this.#needs;
    return turns.take(id.orderId, key, async () => {
      const ticket = await store.find(id);
      if (!ticket) return refuse('TICKET_NOT_FOUND');
      if (ticket.state !== 'USED') return refuse('TICKET_NOT_USED', { state: ticket.state });
      return this.#save(readmittable(ticket, actor, clock.now()), key);
    });
  }

  /** What a gate without a network must know: the tickets that are in force, by seat, as of now. */
  async liveTickets(eventId: number): Promise<{ at: Millis; tickets: Ticket[] }> {
    const at = this.#needs.clock.now();
    return { at, tickets: await this.#needs.store.liveOf(eventId) };
  }

  /** A hall does not close because nobody can be kept from the orders. */
  async #undisturbedIfPossible<R>(orderId: number, task: () => Promise<R>): Promise<R> {
    let isBegun = false;
    const begun = () => {
      isBegun = true;
      return task();
    };
    try {
      return await this.#needs.orders.undisturbed(orderId, begun);
    } catch (error) {
      if (isBegun || !(error instanceof Unavailable)) throw error;
      return task();
    }
  }

  /** A refund kills the code before its message comes by. A hall does not close because orders cannot be asked. */
  async #followIfPossible(orderId: number): Promise<void> {
    try {
      await this.#needs.issuing.followInTurn(orderId);
    } catch (error) {
      if (!(error instanceof Unavailable) || error.indefinite) throw error;
    }
  }

  async #save(changes: TicketChanges, key: CommandKey | undefined): Promise<Ticket> {
    const { store, clock } = this.#needs;
    const reply = changes.tickets[0] as Ticket;
    const record = key && { key, reply, at: clock.now() };
    await store.save({ ...changes, ...(record && { record }) });
    return reply;
  }
}
