import type { SeatDraft } from '../../catalog/seat.ts';
import { type Config, readConfig } from '../../config.ts';
import { OPEN_ADMISSION } from '../../core/admission.ts';
import { MINUTE } from '../../core/clock.ts';
import { isRefusal } from '../../core/refusal.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { type OpenedSale, openSale } from '../../opening/sale.ts';
import type { RequestQueueService } from '../../request-queue/service.ts';
import { createLog } from '../../telemetry/logs.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { backEndsName, environmentOf } from './back-ends.ts';
import type { Finding } from './finding.ts';
import { newLatency } from './load/generator.ts';
import type { BenchOptions } from './options.ts';
import { openQueueAlone } from './queue-alone.ts';
import { median } from './rounds.ts';
import { subfolder, withFolder } from './servers.ts';

const GOAL = 3;
/** Of one event, since one event's requests are served one after the other. */
const REQUESTS = 20_000;
/** Buyers who wait for their 202 at the same time. */
const ASKING = 2_000;
const ROUNDS = 5;
const TICK_MILLIS = 10;
const HALF_LOAD_MILLIS = 4_000;
/** Whoever looks counts rows of the ledger, which is work that no buyer asked for. */
const LOOK_MILLIS = 20;
/** No catalogue knows them. */
const FIRST_EVENT_ALONE = 1_000_000_000;
const GIVEN_UP_MILLIS = 60_000;
/** For comparison, as the goals of this project give it. */
const SEED_SECONDS = 5;

/** Goal 3: requests from their acceptance to their end inside the program, without HTTP. */
export function benchRequestQueue(options: BenchOptions): Promise<Finding[]> {
  return withFolder(async (folder) => {
    const config = configOf(await subfolder(folder, 'queue'), options);
    const withSeats = await measureSale(config, options);
    return [...withSeats, ...(await measureAlone(config, options))];
  });
}

async function measureSale(config: Config, options: BenchOptions): Promise<Finding[]> {
  const log = createLog(config);
  const opened = await openSale(config, { metrics: createMetrics({ runtime: false }), log });
  const stopJobs = opened.sale.startJobs();
  try {
    return await measure(opened, options);
  } finally {
    stopJobs();
    await opened.close();
  }
}

/** The same requests, whose seats are answered for at once: what the queue itself costs. */
async function measureAlone(config: Config, options: BenchOptions): Promise<Finding[]> {
  const { requests, close } = await openQueueAlone(config);
  try {
    const rounds: Round[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const seatIds = Array.from({ length: REQUESTS }, (_, seat) => seat + 1);
      rounds.push(await playRound(requests, { eventId: FIRST_EVENT_ALONE + round, seatIds }));
    }
    const name = `request queue by itself, ${backEndsName(options)}`;
    return explain(name, rounds.slice(1), options);
  } finally {
    await close();
  }
}

function explain(name: string, rounds: readonly Round[], { redis }: BenchOptions): Finding[] {
  const perSecond = median(rounds.map((round) => round.perSecond));
  const micros = median(rounds.map((round) => round.processorMicros));
  return [
    {
      goal: GOAL,
      what: `${name}: accepted, served and ended`,
      value: perSecond,
      unit: '/s',
      ...(redis !== undefined && { wanted: { atLeast: 20_000 } }),
    },
    { goal: GOAL, what: `${name}: processor per request, all threads`, value: micros, unit: 'µs' },
  ];
}

async function measure(opened: OpenedSale, options: BenchOptions): Promise<Finding[]> {
  const name = `request queue, ${backEndsName(options)}`;
  const rounds: Round[] = [];
  // The first is not counted: what runs for the first time is compiled first.
  for (let round = 0; round <= ROUNDS; round++)
    rounds.push(await playRound(opened.sale.requests, await openEvent(opened)));
  const [throughput, processor] = explain(name, rounds.slice(1), options) as [Finding, Finding];
  const rate = throughput.value;
  const { told, ended } = await halfLoad(opened, rate / 2);
  return [
    throughput,
    {
      goal: GOAL,
      what: `${name}: from its end to the news of it at half load, p99`,
      value: ended,
      unit: 'ms',
      wanted: { atMost: 50 },
    },
    { goal: GOAL, what: `${name}: from the asking to the news at half load, p99`, value: told, unit: 'ms' },
    processor,
    { goal: GOAL, what: 'seed 000: a request', value: SEED_SECONDS, unit: 's' },
  ];
}

interface Round {
  /** Requests, until the last has ended. */
  perSecond: number;
  /** Of this process, per request. */
  processorMicros: number;
}

/** Everybody asks for a seat of his own, as fast as he is answered. */
async function playRound(
  requests: RequestQueueService,
  { eventId, seatIds }: { eventId: number; seatIds: readonly number[] },
): Promise<Round> {
  let next = 0;
  const begun = performance.now();
  const used = process.cpuUsage();
  const asking = async () => {
    for (let at = next++; at < seatIds.length; at = next++)
      await ask(requests, eventId, seatIds[at] as number);
  };
  await Promise.all(Array.from({ length: ASKING }, asking));
  for (;;) {
    const { lanes } = await requests.stats(eventId);
    const left = Object.values(lanes).reduce((sum, lane) => sum + lane.waiting + lane.claimed, 0);
    if (left === 0) {
      const { user, system } = process.cpuUsage(used);
      const perSecond = (seatIds.length * 1_000) / (performance.now() - begun);
      return { perSecond, processorMicros: (user + system) / seatIds.length };
    }
    if (performance.now() - begun > GIVEN_UP_MILLIS) throw new Error(`${left} requests do not end`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
}

/** Asks at a steady pace, and each buyer watches what is his. */
async function halfLoad(opened: OpenedSale, perSecond: number): Promise<{ told: number; ended: number }> {
  const { sale, clock } = opened;
  const { eventId, seatIds } = await openEvent(opened);
  const [told, ended] = [newLatency(), newLatency()];
  const perTick = Math.max(1, Math.round((perSecond * TICK_MILLIS) / 1_000));
  const count = Math.min(seatIds.length, perTick * (HALF_LOAD_MILLIS / TICK_MILLIS));
  const all: Promise<void>[] = [];
  const begun = performance.now();
  for (let at = 0; at < count; at++) {
    if (at % perTick === 0) {
      const due = begun + (at / perTick) * TICK_MILLIS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    const askedAt = performance.now();
    all.push(
      new Promise((resolve) => {
        const leave = sale.requestStreams.watchBuyer(`buyer ${eventId} ${seatIds[at]}`, [], {
          status: () => undefined,
          position: () => undefined,
          over({ request }) {
            told.recordValue((performance.now() - askedAt) * 1_000);
            ended.recordValue(Math.max(0, clock.now() - (request.endedAt ?? 0)) * 1_000);
            leave();
            resolve();
          },
        });
      }),
      ask(sale.requests, eventId, seatIds[at] as number),
    );
  }
  await Promise.all(all);
  return { told: told.getValueAtPercentile(99) / 1_000, ended: ended.getValueAtPercentile(99) / 1_000 };
}

async function ask(requests: RequestQueueService, eventId: number, seatId: number): Promise<void> {
  const wish = { eventId, seatIds: [seatId], entitled: 'normal', asked: undefined } as const;
  const userId = `buyer ${eventId} ${seatId}`;
  const buyer = { userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  const receipt = await requests.accept(wish, buyer);
  if (isRefusal(receipt)) throw new Error(`a request was refused: ${receipt.refused}`);
}

async function openEvent({ sale, clock }: OpenedSale): Promise<{ eventId: number; seatIds: number[] }> {
  const created = await sale.catalog.create(
    {
      name: 'Bench of the queue',
      venue: 'Onrush Hall',
      startsAt: clock.now() + 60 * MINUTE,
      totalSeats: REQUESTS,
      saleOpensAt: null,
      currency: 'USD',
      inventory: 'seated',
      policy: { claimStrategy: 'atomic', holdMillis: 30 * MINUTE, seatsPerBuyer: 4, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    undefined,
  );
  if (isRefusal(created)) throw new Error(created.refused);
  const { eventId } = created.event;
  const drafts = Array.from(
    { length: REQUESTS },
    (_, seat): SeatDraft => ({
      number: `S${seat}`,
      section: null,
      row: null,
      type: 'REGULAR',
      price: 10_000,
      x: null,
      y: null,
      blocked: false,
    }),
  );
  const seats = await sale.catalog.addSeats(eventId, drafts, undefined);
  if (isRefusal(seats)) throw new Error(seats.refused);
  await sale.catalog.startSale(eventId);
  const hall = await sale.catalog.hall(eventId);
  return { eventId, seatIds: (hall?.seats ?? []).map(({ seatId }) => seatId) };
}

function configOf(folder: string, options: BenchOptions): Config {
  const read = readConfig({ ...environmentOf(options), DATA_DIR: folder, LOG_LEVEL: 'silent' });
  if ('errors' in read) throw new Unavailable(read.errors.join('; '));
  return read.config;
}
