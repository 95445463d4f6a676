import type { Millis } from '../../core/clock.ts';
import type { Principal } from '../identity/identity.ts';

export type { Principal };

/** Where tickets for streams wait to be used. Every node of a sale has the same: what one keeps, any of them takes. */
export interface StreamTicketStore {
  /**
   * Keeps a ticket that nobody else has. Resolves to when it ends, in milliseconds since 1970; undefined, and nothing is
   * kept, when as many as may wait do.
   */
  keep(ticket: string, principal: Principal): Promise<Millis | undefined>;
  /**
   * Whose ticket it is. Atomic: of all who ask for a ticket, at whatever node, one is told. Undefined for one that is
   * unknown, taken or over.
   */
  take(ticket: string): Promise<Principal | undefined>;
}

export interface StreamTicketLimits {
  lifetimeMillis: Millis;
  /** Tickets that are neither taken nor over, of all nodes together. */
  waitingMax: number;
}
