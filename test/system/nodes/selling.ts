import { setTimeout as delay } from 'node:timers/promises';
import type { EventInput } from '../../../src/contract/event.ts';
import { checkHistory } from '../../../src/proof/history/check.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { crowd } from '../kill/buyers.ts';
import { lookAfterwards, recount } from '../kill/recount.ts';
import { Sender } from '../kill/sender.ts';
import { type OpenSale, openSale } from '../sale.ts';
import { type Site, twoOf } from './site.ts';

const HALL = { rows: 6, seatsInRow: 20 };
const BUYERS = 24;

/** A sale under load, and everything its buyers were told. */
export interface Selling extends OpenSale {
  readonly sender: Sender;
  /** Resolves when so many requests more were acknowledged: the sale goes on, or goes on again. */
  acknowledged(requests: number): Promise<void>;
  /** Sends the crowd home, waits until nothing is halfway, and names every broken promise. */
  judged(): Promise<string[]>;
}

/** Opens a sale at the site and lets a crowd come to it, through nginx. */
export async function selling(site: Site, event: Partial<EventInput> = {}): Promise<Selling> {
  const sale = await openSale(organiserOf(twoOf(site)[0]), { ...HALL, event });
  await onSaleEverywhere(site, sale.eventId);
  const sender = new Sender({ running: async () => site.door });
  let over = false;
  const shopping = crowd(sender, { buyers: BUYERS, ...sale, seed: sale.eventId }, () => over);
  return {
    ...sale,
    sender,
    async acknowledged(requests) {
      const wanted = sender.acknowledged.length + requests;
      await eventually(
        () => progress(sender),
        ({ acknowledged }) => acknowledged >= wanted,
      );
    },
    async judged() {
      over = true;
      await shopping;
      await nothingHalfway(site);
      const anyone = clientOf(site.door);
      const found = await lookAfterwards(anyone, sale.eventId, sender.records);
      const violations = checkHistory(sender.records, found);
      const ledger = await site.verified();
      return [
        ...violations.map(({ invariant, message }) => `invariant ${invariant}: ${message}`),
        ...(await recount(anyone, sale.eventId)),
        ...ledger.findings.map(({ invariant, sentence }) => `invariant ${invariant}: ${sentence}`),
        ...sender.surprises,
      ];
    },
  };
}

/** With the latest answers, which say why nothing goes on when nothing does. */
function progress({ acknowledged, records }: Sender) {
  const latest = records.slice(-5).map(({ op, outcome, answer }) => `${op} ${outcome} ${answer?.status}`);
  return { acknowledged: acknowledged.length, latest };
}

/** Nodes hear of each other's events in a moment; who asks before it is told that there is none. */
export async function onSaleEverywhere(site: Site, eventId: number): Promise<void> {
  for (const node of site.nodes) {
    const look = () => clientOf(node).get<{ status: string }>(`/api/v1/events/${eventId}`);
    await eventually(async () => (await look()).body?.status, 'ON_SALE');
  }
}

const HALFWAY = `SELECT order_id, state FROM orders WHERE state NOT IN ('PENDING', 'CONFIRMED', 'CANCELLED', 'FAILED')`;

async function nothingHalfway(site: Site): Promise<void> {
  await eventually(
    () => site.query(HALFWAY),
    (orders) => orders.length === 0,
  );
  // Holds follow into the ledger within a quarter of a second.
  await delay(300);
}
