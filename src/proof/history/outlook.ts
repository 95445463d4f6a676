import { bookingOf } from './double-sale.ts';
import type { HistoryRecord } from './record.ts';

/** What the clients' history alone says must be true of a booking once everything has come to rest. */
export interface BookingOutlook {
  bookingId: number;
  client: string;
  seats: readonly number[];
  /** `either` when a confirmation or cancellation of unknown outcome leaves both open. */
  confirmed: 'yes' | 'no' | 'either';
  evidence: readonly HistoryRecord[];
}

/** One outlook per booking that somebody tried to confirm or to cancel. */
export function outlookOfBookings(records: readonly HistoryRecord[]): Map<number, BookingOutlook> {
  const evidence = new Map<number, HistoryRecord[]>();
  for (const record of records) {
    if (record.op !== 'confirm' && record.op !== 'cancel') continue;
    const bookingId = bookingOf(record);
    const known = evidence.get(bookingId);
    if (known) known.push(record);
    else evidence.set(bookingId, [record]);
  }
  return new Map([...evidence].map(([bookingId, about]) => [bookingId, outlook(bookingId, about)]));
}

function outlook(bookingId: number, evidence: readonly HistoryRecord[]): BookingOutlook {
  const { client, seats } = evidence[0] as HistoryRecord;
  const has = (op: 'confirm' | 'cancel', outcome: 'ok' | 'info') =>
    evidence.some((record) => record.op === op && record.outcome === outcome);
  return { bookingId, client, seats, confirmed: verdict(has), evidence };
}

function verdict(
  has: (op: 'confirm' | 'cancel', outcome: 'ok' | 'info') => boolean,
): 'yes' | 'no' | 'either' {
  if (has('cancel', 'ok')) return 'no';
  if (has('confirm', 'ok')) return has('cancel', 'info') ? 'either' : 'yes';
  return has('confirm', 'info') ? 'either' : 'no';
}
