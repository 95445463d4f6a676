import { randomBytes } from 'node:crypto';
import { SimulatedRedis } from '../../src/adapters/redis/simulated/simulated-redis.ts';

/** The simulation's Redis on a good day: every command is answered, a turn later, in real time. */
export function simulatedRedis(): SimulatedRedis {
  return new SimulatedRedis({
    now: () => Date.now(),
    after: (delayMillis, _label, run) =>
      void (delayMillis > 1 ? setTimeout(run, delayMillis) : setImmediate(run)),
    tripMillis: () => 1,
    outlivesCut: () => true,
    replicationId: () => randomBytes(20).toString('hex'),
  });
}
