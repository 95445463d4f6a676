import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import type { RedisConnection } from './connection/connection.ts';
import { FollowedTime } from './connection/followed-time.ts';

/** Any key: the servers of a cluster keep the same time. */
const KEY = 'ticketing:{clock}';
const FIRST_SAMPLES = 5;
const MEASURED_EVERY: Millis = 5 * SECOND;

export interface FollowingClock extends Clock {
  stop(): void;
}

/**
 * A clock that shows the time of Redis: the machine's own, plus an offset that is measured now and then. So nodes whose
 * clocks differ by an hour agree about deadlines, with each other and with the scripts. While Redis is away it goes on
 * with the offset it has. `notBefore` is the latest time that the ledger has seen.
 */
export async function redisClock(
  connection: RedisConnection,
  { own, notBefore = 0 }: { own: Clock; notBefore?: Millis },
): Promise<FollowingClock> {
  const samples: Sample[] = [];
  for (let count = 0; count < FIRST_SAMPLES; count++) samples.push(await measure(connection, own));
  let best = samples.reduce(closer);
  const time = new FollowedTime(own, { offset: best.offset, notBefore });

  const stop = every(own, MEASURED_EVERY, async () => {
    const sample = await measure(connection, own);
    // An answer that took long says little; but the best of long ago says nothing about a server that is new.
    const agree = Math.abs(sample.offset - best.offset) <= sample.tripMillis + best.tripMillis;
    best = agree ? closer(sample, { ...best, tripMillis: best.tripMillis + 1 }) : sample;
    time.aim(best.offset);
  });
  return { now: () => time.now(), after: (delay, wake) => own.after(delay, wake), stop };
}

interface Sample {
  offset: Millis;
  tripMillis: Millis;
}

/** The server's time stood somewhere between the question and the answer: in the middle, give or take half the trip. */
async function measure(connection: RedisConnection, own: Clock): Promise<Sample> {
  const asked = own.now();
  const [seconds, micros] = await connection.read<[string, string]>(KEY, ['TIME']);
  const answered = own.now();
  const server = Number(seconds) * SECOND + Number(micros) / 1_000;
  return { offset: server - (asked + answered) / 2, tripMillis: answered - asked };
}

function closer(left: Sample, right: Sample): Sample {
  return left.tripMillis <= right.tripMillis ? left : right;
}
