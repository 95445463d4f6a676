import type { Histogram } from 'hdr-histogram-js';
import type { Millis } from '../../core/clock.ts';
import { newLatency, openLoad } from './load/generator.ts';
import type { Journeys } from './load/journeys.ts';
import { processorTime, since } from './processor-time.ts';
import type { ServerProcess } from './server-process.ts';

/** One server under one load for a few seconds. */
export interface Round {
  requests: number;
  requestsPerSecond: number;
  p50Millis: Millis;
  p99Millis: Millis;
  /** Of all threads of the server's process. */
  processorMicrosPerRequest: number;
  /** Of its event loop alone. */
  loopMicrosPerRequest: number;
  generatorBusy: number;
  latency: Histogram;
}

export interface Side {
  server: ServerProcess;
  journeys: Journeys;
  /**
   * Lays in what so many requests will need, as far as it is not there: before the rounds, because its garbage would fall
   * into them.
   */
  prepare?: (requests: number) => Promise<void>;
}

export interface RoundOptions {
  rounds: number;
  roundMillis: Millis;
  connections: number;
}

/** A no-op's round and a subject's, one right after the other. */
export interface Pair {
  noOp: Round;
  subject: Round;
}

const WARM_UP: Millis = 2_000;
/** A round may be so much faster than the one before, which somebody else on the machine may have slowed down. */
const SPARE = 2.5;

/** Takes turns in short rounds, so that whatever else the machine does falls on both. The first turns are not counted. */
export async function takeTurns(
  sides: { noOp: Side; subject: Side },
  { rounds, roundMillis, connections }: RoundOptions,
): Promise<Pair[]> {
  await warmUp(sides.noOp, { rounds, roundMillis, connections });
  let latest = await warmUp(sides.subject, { rounds, roundMillis, connections });
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    const noOp = await playRound(sides.noOp, { millis: roundMillis, connections });
    // As a rule it is all there.
    await layIn(sides.subject, latest, roundMillis);
    latest = await playRound(sides.subject, { millis: roundMillis, connections });
    pairs.push({ noOp, subject: latest });
  }
  return pairs;
}

/** Twice: what a server does in its first seconds says little of what it will need. */
async function warmUp(side: Side, { rounds, roundMillis, connections }: RoundOptions): Promise<Round> {
  const cold = await playRound(side, { millis: WARM_UP, connections });
  await layIn(side, cold, WARM_UP);
  const warm = await playRound(side, { millis: WARM_UP, connections });
  await layIn(side, warm, rounds * roundMillis);
  return warm;
}

async function layIn({ prepare }: Side, { requestsPerSecond }: Round, millis: Millis): Promise<void> {
  await prepare?.((requestsPerSecond / 1_000) * millis * SPARE);
}

export async function playRound(
  { server, journeys }: Side,
  { millis, connections }: { millis: Millis; connections: number },
): Promise<Round> {
  const load = await openLoad(server.port, { connections, journeys });
  try {
    const before = processorTime(server.pid);
    const result = await load.run(millis);
    if (result.millis < millis) throw new Error('the load ran out of requests before its time');
    const spent = since(before, processorTime(server.pid));
    return {
      requests: result.requests,
      requestsPerSecond: (result.requests / result.millis) * 1_000,
      p50Millis: result.latency.getValueAtPercentile(50) / 1_000,
      p99Millis: result.latency.getValueAtPercentile(99) / 1_000,
      processorMicrosPerRequest: (spent.all * 1_000) / result.requests,
      loopMicrosPerRequest: (spent.loop * 1_000) / result.requests,
      generatorBusy: result.generatorBusy,
      latency: result.latency,
    };
  } finally {
    load.close();
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  if (Number.isInteger(middle))
    return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return sorted[Math.floor(middle)] ?? Number.NaN;
}

/** The latencies of several rounds as one. */
export function together(rounds: readonly Round[]): Histogram {
  const all = newLatency();
  for (const { latency } of rounds) all.add(latency);
  return all;
}
