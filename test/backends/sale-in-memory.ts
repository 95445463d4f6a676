import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import type { Database } from '../../src/adapters/sql/database.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { composeSale, type Sale } from '../../src/compose.ts';
import { type Environment, readConfig } from '../../src/config.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { PaymentProvider } from '../../src/payment/ports/payment-provider.ts';
import { dice } from './dice.ts';
import { type Faults, withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';

export interface SaleInMemory {
  /** Of the latest start. */
  readonly sale: Sale;
  readonly database: Database;
  readonly clock: HandClock;
  readonly faults: Faults;
  /** What a crash is: the program forgets everything that is not in the ledger. */
  restart(): Promise<void>;
  /** An event on sale with one row of seats. */
  openEvent(seats: number, currency?: string): Promise<{ eventId: number; seatIds: number[] }>;
}

/** The whole sale as compose wires it, on a ledger in memory, with a clock and dice of the test. */
export async function saleInMemory(
  options: { env?: Environment; paymentProvider?: (clock: HandClock) => PaymentProvider } = {},
): Promise<SaleInMemory> {
  const read = readConfig({ ...options.env });
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  const clock = new HandClock();
  const { connection, faults } = withFaults(memoryConnection());
  await migrate(connection);
  const paymentProvider = options.paymentProvider?.(clock);
  const start = async () => {
    const database = groupCommitter(connection);
    const machine = { config: read.config, clock, random: dice(3), database };
    return { database, sale: await composeSale({ ...machine, ...(paymentProvider && { paymentProvider }) }) };
  };
  let now = await start();
  return {
    clock,
    faults,
    get sale() {
      return now.sale;
    },
    get database() {
      return now.database;
    },
    async restart() {
      now = await start();
    },
    openEvent: (seats, currency) => openEvent(now.sale, seats, currency),
  };
}

async function openEvent({ catalog }: Sale, seats: number, currency = 'USD') {
  const made = await catalog.create(
    {
      name: 'Winter Concert',
      startsAt: Date.UTC(2027, 11, 24),
      venue: null,
      totalSeats: seats,
      saleOpensAt: null,
      currency,
      inventory: 'seated',
      policy: { claimStrategy: 'atomic', holdMillis: 600_000, seatsPerBuyer: 20, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    undefined,
  );
  if (isRefusal(made)) throw new Error(made.refused);
  const { eventId } = made.event;
  const drafts = Array.from({ length: seats }, (_, index) => ({
    number: `A${index + 1}`,
    section: 'Floor',
    row: 'A',
    type: 'REGULAR',
    price: 100_00,
    x: null,
    y: null,
    blocked: false,
  }));
  const added = await catalog.addSeats(eventId, drafts, undefined);
  if (isRefusal(added)) throw new Error(added.refused);
  await catalog.startSale(eventId);
  return { eventId, seatIds: added.seats.map(({ seatId }) => seatId) };
}
