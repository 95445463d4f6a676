import { Worker } from 'node:worker_threads';
import type { Millis } from '../../../core/clock.ts';
import { type Crowd, type CrowdOrder, type CrowdProgress, type CrowdResult, gatherCrowd } from './crowd.ts';
import type { CrowdMessage } from './crowd-worker.ts';

/**
 * The whole crowd over `workers` threads (0: in this one), each with its share of the connections. Threads, because
 * one event loop that both sends and measures would slow the load down just when the server does.
 */
export async function gatherThreads(
  order: Omit<CrowdOrder, 'part' | 'of'>,
  workers: number,
): Promise<{ run(opensAt: Millis, tell: (progress: CrowdProgress) => void): Promise<CrowdResult[]> }> {
  const of = Math.max(1, workers);
  const connections = Math.max(1, Math.floor(order.connections / of));
  const crowds = await Promise.all(
    Array.from({ length: of }, (_, part) => {
      const share: CrowdOrder = { ...order, connections, part, of };
      return workers === 0 ? gatherCrowd(share) : gatherInThread(share);
    }),
  );
  return {
    run(opensAt, tell) {
      const parts: CrowdProgress[] = [];
      return Promise.all(
        crowds.map((crowd, part) =>
          crowd.run(opensAt, (progress) => {
            parts[part] = progress;
            tell(sum(parts));
          }),
        ),
      );
    },
  };
}

function gatherInThread(order: CrowdOrder): Promise<Crowd> {
  const worker = openThread(order);
  const told = { progress: (_progress: CrowdProgress): void => {} };
  return new Promise((resolveReady, rejectReady) => {
    const result = new Promise<CrowdResult>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a crowd thread ended early with code ${code}`)));
      worker.on('message', (message: CrowdMessage) => {
        if (message.kind === 'ready') resolveReady({ run: (opensAt, tell) => start(opensAt, tell) });
        if (message.kind === 'progress') told.progress(message.progress);
        if (message.kind === 'failed') reject(new Error(message.message));
        if (message.kind === 'done') resolve(message.result);
        if (message.kind === 'done' || message.kind === 'failed') void worker.terminate();
      });
    });
    result.catch(rejectReady);
    const start = (opensAt: Millis, tell: (progress: CrowdProgress) => void) => {
      told.progress = tell;
      worker.postMessage(opensAt);
      return result;
    };
  });
}

/** A crowd that waits is old before it goes: with Node's own size a sixth of the thread's time went into moving it. */
const resourceLimits = { maxYoungGenerationSizeMb: 192 };

/** The worker is whatever this file is: JavaScript once built, or source, for which a thread must bring its own loader. */
function openThread(order: CrowdOrder): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./crowd-worker.js', import.meta.url), { workerData: order, resourceLimits });
  }
  const source = new URL('./crowd-worker.ts', import.meta.url).href;
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); })`;
  return new Worker(load, { eval: true, workerData: order, resourceLimits });
}

function sum(parts: readonly (CrowdProgress | undefined)[]): CrowdProgress {
  const total: CrowdProgress = { arrived: 0, finished: 0, requests: 0, purchases: 0, errors: 0 };
  for (const part of parts) {
    if (!part) continue;
    for (const name of Object.keys(total) as (keyof CrowdProgress)[]) total[name] += part[name];
  }
  return total;
}
