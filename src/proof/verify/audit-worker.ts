import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { SECOND } from '../../core/clock.ts';
import { audit } from './audit.ts';
import type { AuditAnswer } from './audit-thread.ts';
import { openToRead, type WhereTheLedgerIs } from './open-to-read.ts';

const answer = (told: AuditAnswer) => parentPort?.postMessage(told);

try {
  const ledger = await openToRead(workerData as WhereTheLedgerIs);
  try {
    const found = await audit({ read: ledger.query, now: Date.now, pause: () => pause(2 * SECOND) });
    answer({ audit: found, busyMillis: performance.eventLoopUtilization().active });
  } finally {
    await ledger.close();
  }
} catch (error) {
  answer({ failure: (error as Error).message });
}
