import { type Clock, MINUTE, type Millis, SECOND } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { ThreadAudit } from './audit-thread.ts';
import type { Finding } from './finding.ts';

export interface AuditingNeeds {
  /** Reads the whole ledger. */
  look(): Promise<ThreadAudit>;
  clock: Clock;
  /** Between two audits, at least. */
  pauseMillis: Millis;
  /** Hears once of each finding that stands, for as long as it does. */
  found(finding: Finding): void;
  /** Stops the sale of an event whose rows contradict each other. */
  pauseSale(eventId: number): Promise<void>;
  /** What kept the auditor from looking. */
  failed(error: unknown): void;
}

/** Invariants, by their numbers in docs/safety.md. */
const HOLDS_END_IN_TIME = 8;
const ORDERS_ARE_DRIVEN = 26;
const STATE_IS_READ_BACK = 33;

/**
 * What a process or a Redis that died left behind is put right by itself when they are back: so long these are no fault.
 * Everything else must be found twice in a row, for rows that follow each other are read at different moments.
 */
const PATIENCE: Readonly<Record<number, Millis>> = {
  [HOLDS_END_IN_TIME]: 10 * MINUTE,
  [ORDERS_ARE_DRIVEN]: 10 * MINUTE,
  [STATE_IS_READ_BACK]: 10 * MINUTE,
};

/** An audit takes no more of its processor than this share, however large the ledger. */
const BUSY_SHARE = 0.05;

/** Since when each finding is there, and whether it was told. */
type Standing = ReadonlyMap<string, { since: Millis; isTold: boolean }>;

/** Audits the ledger again and again, beside the sale; the result stops it. */
export function keepAuditing(needs: AuditingNeeds): () => void {
  const { clock, pauseMillis } = needs;
  let standing: Standing = new Map();
  let stopped = false;
  let cancel = clock.after(pauseMillis, () => void round());

  const round = async () => {
    let rest = 0;
    try {
      const { audit, busyMillis } = await needs.look();
      rest = busyMillis * (1 / BUSY_SHARE - 1);
      standing = await compared(needs, audit.findings, standing);
    } catch (error) {
      needs.failed(error);
    }
    if (!stopped) cancel = clock.after(Math.max(pauseMillis, rest), () => void round());
  };
  return () => {
    stopped = true;
    cancel();
  };
}

async function compared(
  needs: AuditingNeeds,
  findings: readonly Finding[],
  before: Standing,
): Promise<Standing> {
  const now = needs.clock.now();
  const events = new Set<number>();
  const standing = new Map<string, { since: Millis; isTold: boolean }>();
  for (const finding of findings) {
    const known = before.get(nameOf(finding));
    const since = known?.since ?? now;
    const isDue = known !== undefined && now - since >= (PATIENCE[finding.invariant] ?? 0);
    standing.set(nameOf(finding), { since, isTold: known?.isTold === true || isDue });
    if (!isDue || known.isTold) continue;
    needs.found(finding);
    if (finding.eventId !== undefined) events.add(finding.eventId);
  }
  for (const eventId of events) await pauseInTime(needs, eventId);
  return standing;
}

/** What belongs to no event is counted in its sentence, and the count changes. */
function nameOf({ invariant, sentence, eventId }: Finding): string {
  return eventId === undefined ? `${invariant}` : sentence;
}

const PAUSE_TRIES = 5;

/** An event whose rows are broken must not sell on because the ledger was away for a moment. */
async function pauseInTime({ pauseSale, failed, clock }: AuditingNeeds, eventId: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pauseSale(eventId);
    } catch (error) {
      failed(error);
      if (!(error instanceof Unavailable) || attempt >= PAUSE_TRIES) return;
      await new Promise<void>((resolve) => {
        clock.after(SECOND, resolve);
      });
    }
  }
}
