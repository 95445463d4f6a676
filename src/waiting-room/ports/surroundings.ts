import type { Stock } from '../command.ts';

/** What there is left to buy, asked before people are let in. */
export interface Inventory {
  /** Undefined when it cannot be told: then it does not limit. Never throws. */
  stockOf(eventId: number): Promise<Stock | undefined>;
}

/** How well what stands behind the sale does. */
export interface Health {
  /** From 0, let nobody in, to 1, full speed. From memory; never throws. */
  share(): number;
}
