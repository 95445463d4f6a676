import { MINUTE, type Millis } from '../../core/clock.ts';
import { checkBook } from './book.ts';
import { checkClaims } from './claims.ts';
import { type Finding, finding } from './finding.ts';
import { type EventRow, type EventRows, eventsOf, type ReadLedger, rowsOf } from './ledger-rows.ts';
import { checkMoney } from './money.ts';
import { checkSales } from './sales.ts';
import { checkTransitions } from './transitions.ts';
import { checkWaitlist } from './waitlist.ts';

/** A message that waits this long has no relay. */
const RELAYED_WITHIN: Millis = 10 * MINUTE;
const UNSENT = 'SELECT count(*) AS waiting FROM outbox WHERE created_at < ?';

export interface Audit {
  findings: Finding[];
  counts: Record<'events' | 'seats' | 'holds' | 'moves' | 'orders' | 'sales', number>;
}

export interface AuditOptions {
  read: ReadLedger;
  now: () => Millis;
  /**
   * For a ledger that is being written meanwhile: the rows of one event are read one table after the other, so what
   * looks wrong is looked at again after this pause and counts only if it is still there.
   */
  pause: () => Promise<void>;
}

/** Reads the whole ledger, event by event, and names all in it that contradicts itself. Writes nothing. */
export async function audit(options: AuditOptions): Promise<Audit> {
  const { read, now } = options;
  const counts = { events: 0, seats: 0, holds: 0, moves: 0, orders: 0, sales: 0 };
  const findings: Finding[] = [];
  for (const event of await eventsOf(read)) {
    const rows = await rowsOf(read, event);
    counts.events++;
    for (const table of ['seats', 'holds', 'moves', 'orders', 'sales'] as const)
      counts[table] += rows[table].length;
    findings.push(...(await lasting(check(rows, now()), event, options)));
  }
  const [outbox] = await read<{ waiting: number }>(UNSENT, [now() - RELAYED_WITHIN]);
  if (outbox && outbox.waiting > 0) findings.push(finding(30, `${outbox.waiting} messages wait for a relay`));
  return { findings, counts };
}

function check(rows: EventRows, now: Millis): Finding[] {
  const eventId = rows.event.event_id;
  const found = [
    ...checkSales(rows),
    ...checkClaims(rows, now),
    ...checkTransitions(rows),
    ...checkMoney(rows, now),
    ...checkBook(rows),
    ...checkWaitlist(rows, now),
  ];
  return found.map((each) => ({ ...each, eventId }));
}

async function lasting(
  findings: readonly Finding[],
  event: EventRow,
  { read, now, pause }: AuditOptions,
): Promise<Finding[]> {
  if (findings.length === 0) return [];
  await pause();
  const again = new Set(check(await rowsOf(read, event), now()).map(({ sentence }) => sentence));
  return findings.filter(({ sentence }) => again.has(sentence));
}
