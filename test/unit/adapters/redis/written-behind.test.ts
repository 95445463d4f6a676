import { describe, expect, it } from 'vitest';
import { redisTime } from '../../../../src/adapters/redis/seat-store/scripts.ts';
import { redisSeatStore } from '../../../../src/adapters/redis/seat-store/seat-store.ts';
import { SimulatedRedis } from '../../../../src/adapters/redis/simulated/simulated-redis.ts';
import { diceOf } from '../../../../src/adapters/simulated/dice.ts';
import { simulatedRandom } from '../../../../src/adapters/simulated/random.ts';
import { Scheduler } from '../../../../src/adapters/simulated/scheduler.ts';
import { independentCommitter } from '../../../../src/adapters/sql/commits/independent-committer.ts';
import type { WriteRun } from '../../../../src/adapters/sql/database.ts';
import { sqlHoldBlocks } from '../../../../src/adapters/sql/seats/hold-blocks.ts';
import { sqlSharedSeatLedger } from '../../../../src/adapters/sql/seats/shared-seat-ledger.ts';
import { SimulatedLedger } from '../../../../src/adapters/sql/sqlite/simulated-connection.ts';
import type { Millis } from '../../../../src/core/clock.ts';
import { seatsOf } from '../../../backends/halls.ts';
import { granted, holdOn } from '../../../backends/seat-commands.ts';

const EVENT = 1;
const SEATS = 400;
/** What holds are promised to follow within, while the servers answer as below: docs/safety.md. */
const FOLLOWS_WITHIN: Millis = 250;
/** Slow ones: a way of five milliseconds to Redis, and a ledger that takes a tenth of a second for each commit. */
const TRIP: Millis = 5;
const COMMIT: Millis = 100;

/** A node, a Redis and a ledger in virtual time, and when each hold was in the ledger. */
function house() {
  const scheduler = new Scheduler(diceOf(1, 'order'), 1_800_000_000_000);
  const random = simulatedRandom(diceOf(1, 'node'));
  const after = (millis: Millis, label: string, run: () => void) => void scheduler.after(millis, label, run);
  const owner = { isAlive: true, atEnd: () => undefined };
  const redis = new SimulatedRedis({
    now: () => scheduler.now,
    after,
    tripMillis: () => TRIP,
    outlivesCut: () => true,
    replicationId: () => random.hex(20),
  });
  const written = new Map<number, Millis>();
  const ledger = new SimulatedLedger({
    after,
    commitFate: () => ({ delayMillis: COMMIT, appliesEarly: false, outcome: 'answered' }),
    queryFate: () => ({ delayMillis: TRIP, readsEarly: false, fails: false }),
    outlivesCrash: () => false,
    committed: (runs) => {
      for (const holdId of holdsIn(runs)) written.set(holdId, scheduler.now);
    },
    refused: () => undefined,
  });
  const connection = redis.connect(owner);
  const database = independentCommitter(ledger.connect(owner));
  const store = redisSeatStore(
    {
      connection,
      clock: connection.ownClock,
      random,
      halls: { hall: async () => ({ seats: seatsOf(EVENT, 1, { seatsPerRow: SEATS }), numbered: true }) },
      ledger: sqlSharedSeatLedger(database),
      holdBlocks: sqlHoldBlocks(database),
      commands: { find: async () => undefined },
      announcements: { seatsMoved: () => undefined, seatsReloaded: () => undefined },
    },
    redisTime(),
  );
  return { scheduler, store, written };
}

function holdsIn(runs: readonly WriteRun[]): number[] {
  return runs
    .filter(({ kind }) => kind.table === 'hold')
    .flatMap(({ kind, rows }) => {
      const at = Object.keys(kind.columns).indexOf('hold_id');
      return rows.map((row) => row[at] as number);
    });
}

describe('holds that are decided in Redis', () => {
  it('are in the ledger a quarter of a second after they were answered, in a rush, too', async () => {
    const { scheduler, store, written } = house();
    const answered = new Map<number, Millis>();
    const buyer = async (seatId: number) => {
      const { holds } = granted(await store.execute(holdOn(EVENT, [seatId], `buyer ${seatId}`)));
      answered.set(holds[0]?.holdId as number, scheduler.now);
    };
    const buying: Promise<void>[] = [];
    for (let seatId = 1; seatId <= SEATS; seatId++)
      scheduler.after(seatId * 5, 'a buyer comes', () => buying.push(buyer(seatId)));
    while (written.size < SEATS && scheduler.step() !== undefined) await new Promise(setImmediate);
    await Promise.all(buying);

    const late = [...answered].map(([holdId, at]) => (written.get(holdId) ?? Number.NaN) - at);
    expect(late).toHaveLength(SEATS);
    expect(Math.max(...late)).toBeLessThanOrEqual(FOLLOWS_WITHIN);
    // Nobody waits for the ledger: answers come first.
    expect(Math.min(...late)).toBeGreaterThan(0);
  });
});
