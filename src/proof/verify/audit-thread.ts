import { Worker } from 'node:worker_threads';
import type { Millis } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Audit } from './audit.ts';
import type { WhereTheLedgerIs } from './open-to-read.ts';

/** What the thread sends back. */
export type AuditAnswer = ThreadAudit | { failure: string };

export interface ThreadAudit {
  audit: Audit;
  /** How long the thread worked; its waiting does not count. */
  busyMillis: Millis;
}

/** An event whose rows need more is not audited here, and the log says so; `onrush verify` has a process for itself. */
const MEMORY_MEGABYTES = 1_024;

/** Audits the ledger in a thread that lives for this one audit, so that the sale's own thread does nothing for it. */
export function auditInThread({ dataDir, backEnds }: WhereTheLedgerIs): Promise<ThreadAudit> {
  return new Promise((resolve, reject) => {
    const [script, options] = workerOf();
    const worker = new Worker(script, {
      ...options,
      workerData: { dataDir, backEnds },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    });
    worker.unref();
    worker.on('message', (answer: AuditAnswer) => {
      if ('audit' in answer) resolve(answer);
      else reject(new Unavailable(answer.failure));
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Unavailable('the audit ended without an answer')));
  });
}

/** Run from source (tests, `npm run dev`), the thread registers the TypeScript loader first; built, it needs none. */
function workerOf(): [URL | string, { eval?: true }] {
  if (!import.meta.url.endsWith('.ts')) return [new URL('./audit-worker.js', import.meta.url), {}];
  const worker = JSON.stringify(new URL('./audit-worker.ts', import.meta.url).href);
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${worker}); })`;
  return [start, { eval: true }];
}
