import { backEndsName, environmentOf, goalsOf } from './back-ends.ts';
import type { Finding } from './finding.ts';
import { type Buyers, holds, type Journeys, newBuyers, purchases } from './load/journeys.ts';
import { type SeatStock, seatStock } from './load/seat-stock.ts';
import type { BenchOptions } from './options.ts';
import { LARGEST_HALL, restock } from './organiser.ts';
import { median, type Pair, type Round, takeTurns, together } from './rounds.ts';
import { startNoOp, startSubject, withFolder, withServer } from './servers.ts';

/** Goal 1: a hold, durable before its answer. */
export async function benchHold(options: BenchOptions): Promise<Finding[]> {
  const pairs = await measure(options, { journeysOf: holds, requestsPerSeat: 1 });
  const name = `hold, ${backEndsName(options)}`;
  const { hold } = goalsOf(options);
  return [
    {
      goal: 1,
      what: `${name}, against the no-op, requests`,
      value: throughputRatio(pairs),
      unit: '',
      ...(hold !== undefined && { wanted: { atLeast: hold } }),
    },
    {
      goal: 1,
      what: `${name}, against the no-op, p99`,
      value: p99Ratio(pairs),
      unit: '×',
      ...(hold !== undefined && { wanted: { atMost: 3 } }),
    },
    ...explain(1, name, pairs),
  ];
}

/** Goal 2: hold, book and pay, counted in requests. */
export async function benchPurchase(options: BenchOptions): Promise<Finding[]> {
  const pairs = await measure(options, { journeysOf: purchases, requestsPerSeat: 3 });
  const perSecond = median(pairs.map(({ subject }) => subject.requestsPerSecond / 3));
  const name = `purchase, ${backEndsName(options)}`;
  const { purchase } = goalsOf(options);
  return [
    {
      goal: 2,
      what: `${name}, against the no-op, requests`,
      value: throughputRatio(pairs),
      unit: '',
      ...(purchase !== undefined && { wanted: { atLeast: purchase } }),
    },
    { goal: 2, what: `${name}: purchases`, value: perSecond, unit: '/s' },
    ...explain(2, name, pairs),
  ];
}

/** The no-op has no seats, but is sent the same bytes. */
const ANY_SEAT = { take: () => ({ eventId: 7, seatId: 123_456 }) };

interface Comparison {
  journeysOf: (buyers: Buyers, stock: SeatStock) => Journeys;
  requestsPerSeat: number;
}

function measure(options: BenchOptions, { journeysOf, requestsPerSeat }: Comparison): Promise<Pair[]> {
  return withFolder((folder) =>
    withServer(startNoOp({ folder }), (noOp) =>
      withServer(
        startSubject({ folder, profileFolder: options.profile, env: environmentOf(options) }),
        async (subject) => {
          const stock = seatStock();
          await restock(subject.port, stock, LARGEST_HALL);
          const prepare = (requests: number) => restock(subject.port, stock, requests / requestsPerSeat);
          return takeTurns(
            {
              noOp: { server: noOp, journeys: holds(newBuyers(), ANY_SEAT) },
              subject: { server: subject, journeys: journeysOf(newBuyers(), stock), prepare },
            },
            {
              rounds: options.rounds,
              roundMillis: options.seconds * 1_000,
              connections: options.connections,
            },
          );
        },
      ),
    ),
  );
}

function throughputRatio(pairs: readonly Pair[]): number {
  return median(pairs.map(({ noOp, subject }) => subject.requestsPerSecond / noOp.requestsPerSecond));
}

function p99Ratio(pairs: readonly Pair[]): number {
  return median(pairs.map(({ noOp, subject }) => subject.p99Millis / noOp.p99Millis));
}

/** The figures under a ratio: throughput, latency, processor time, and whether the generator kept up. */
function explain(goal: number, name: string, pairs: readonly Pair[]): Finding[] {
  const processorRatio = median(
    pairs.map(({ noOp, subject }) => subject.processorMicrosPerRequest / noOp.processorMicrosPerRequest),
  );
  const loopRatio = median(
    pairs.map(({ noOp, subject }) => subject.loopMicrosPerRequest / noOp.loopMicrosPerRequest),
  );
  return [
    {
      goal,
      what: `${name}, against the no-op, processor time of all threads`,
      value: processorRatio,
      unit: '×',
    },
    {
      goal,
      what: `${name}, against the no-op, processor time of the event loop`,
      value: loopRatio,
      unit: '×',
    },
    ...describe(
      goal,
      'no-op',
      pairs.map((pair) => pair.noOp),
    ),
    ...describe(
      goal,
      name,
      pairs.map((pair) => pair.subject),
    ),
  ];
}

function describe(goal: number, name: string, rounds: readonly Round[]): Finding[] {
  const all = together(rounds);
  const of = (figure: (round: Round) => number) => median(rounds.map(figure));
  return [
    { goal, what: `${name}: requests`, value: of((round) => round.requestsPerSecond), unit: '/s' },
    { goal, what: `${name}: p50`, value: all.getValueAtPercentile(50) / 1_000, unit: 'ms' },
    { goal, what: `${name}: p99`, value: all.getValueAtPercentile(99) / 1_000, unit: 'ms' },
    {
      goal,
      what: `${name}: processor per request, all threads`,
      value: of((round) => round.processorMicrosPerRequest),
      unit: 'µs',
    },
    {
      goal,
      what: `${name}: processor per request, event loop`,
      value: of((round) => round.loopMicrosPerRequest),
      unit: 'µs',
    },
    { goal, what: `${name}: generator at work`, value: of((round) => round.generatorBusy) * 100, unit: '%' },
  ];
}
