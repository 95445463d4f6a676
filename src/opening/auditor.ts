import type { CatalogService } from '../catalog/service.ts';
import type { Config } from '../config.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import { isRefusal } from '../core/refusal.ts';
import { auditInThread } from '../proof/verify/audit-thread.ts';
import { keepAuditing } from '../proof/verify/auditing.ts';
import { AUDITED } from '../proof/verify/finding.ts';
import type { Log } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface AuditorNeeds {
  catalog: Pick<CatalogService, 'change' | 'refresh' | 'event'>;
  clock: Clock;
  metrics: Metrics;
  log: Log;
}

/** The invariant of docs/safety.md: a seat with two owners. */
const OVERSOLD = 1;

/**
 * The auditor: `onrush verify` again and again beside the sale. It reads only; what it finds is counted, logged with the
 * rows it is about, and the sale of that event is paused through the catalogue, for a person to look at. Who resumes the
 * sale is not stopped again for what was found before.
 */
export function startAuditor(config: Config, { catalog, clock, metrics, log }: AuditorNeeds): () => void {
  for (const invariant of AUDITED) metrics.invariantViolations.inc({ invariant: `${invariant}` }, 0);
  return keepAuditing({
    clock,
    pauseMillis: config.auditSeconds * SECOND,
    look: () => auditInThread(config),
    found({ invariant, sentence, eventId }) {
      metrics.invariantViolations.inc({ invariant: `${invariant}` });
      if (invariant === OVERSOLD) metrics.oversell.inc();
      log.fatal({ invariant, eventId }, sentence);
    },
    async pauseSale(eventId) {
      await catalog.refresh();
      if (catalog.event(eventId)?.status !== 'ON_SALE') return;
      const paused = await catalog.change(eventId, { status: 'PAUSED' });
      if (isRefusal(paused)) log.error({ eventId, refused: paused.refused }, 'the sale was not paused');
      else log.fatal({ eventId }, 'the sale is paused: its rows contradict each other');
    },
    failed: (error) => log.warn({ error }, 'the ledger was not audited'),
  });
}
