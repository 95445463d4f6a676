import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../../core/assert.ts';
import { type CrowdOrder, type CrowdProgress, type CrowdResult, gatherCrowd } from './crowd.ts';

/** What a thread says: ready once, progress often, and in the end done or failed. */
export type CrowdMessage =
  | { kind: 'ready' }
  | { kind: 'progress'; progress: CrowdProgress }
  | { kind: 'done'; result: CrowdResult }
  | { kind: 'failed'; message: string };

assert(parentPort !== null, 'the crowd worker runs only as a worker thread');
const port = parentPort;
const say = (message: CrowdMessage) => port.postMessage(message);

try {
  const crowd = await gatherCrowd(workerData as CrowdOrder);
  const opened = new Promise<number>((resolve) => port.once('message', resolve));
  say({ kind: 'ready' });
  const result = await crowd.run(await opened, (progress) => say({ kind: 'progress', progress }));
  say({ kind: 'done', result });
} catch (error) {
  say({ kind: 'failed', message: (error as Error).message });
}
