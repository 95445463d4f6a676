import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../../core/clock.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { GRACE_SECONDS, PATIENCE_SECONDS } from '../options.ts';
import { elapsed } from '../stopwatch.ts';
import { Alarms } from './alarms.ts';
import { arrivalTimes } from './arrivals.ts';
import { playBuyer } from './buyer.ts';
import { drawCharacter } from './character.ts';
import { openCrowdWire } from './crowd-wire.ts';
import { followMap } from './live-map.ts';
import { openPages } from './lobby.ts';
import { Measures, type MeasuresDump } from './measures.ts';
import { type Venue, Visit } from './visit.ts';

/** The part of the crowd that one thread plays: every `of`-th buyer, beginning with `part`. Plain data. */
export interface CrowdOrder {
  url: string;
  eventId: number;
  run: string;
  admission: 'open' | 'waiting_room';
  buyers: number;
  seconds: number;
  seed: number;
  party: { from: number; to: number };
  connections: number;
  part: number;
  of: number;
}

export interface CrowdProgress {
  arrived: number;
  finished: number;
  requests: number;
  purchases: number;
  errors: number;
}

export interface CrowdResult {
  measures: MeasuresDump;
  history: HistoryRecord[];
  /** How late this program itself was, 99th percentile: a generator that lags measures itself. */
  loopDelayMillisP99: number;
}

export interface Crowd {
  /** Opens the doors at this moment of the shared clock, and ends with the last buyer or at the end of the grace. */
  run(opensAt: Millis, tell: (progress: CrowdProgress) => void): Promise<CrowdResult>;
}

const PROGRESS_MILLIS = 250;

/** Loads the map, opens the pages of those who are early, and waits at the door. */
export async function gatherCrowd(order: CrowdOrder): Promise<Crowd> {
  const wire = openCrowdWire(order.url, { connections: order.connections });
  const map = await followMap({ ...order, wire, userId: `rush-${order.run}-crowd-${order.part}` });
  await openPages(order, wire);
  const venue: Venue = {
    run: order.run,
    eventId: order.eventId,
    admission: order.admission,
    patientUntil: Number.POSITIVE_INFINITY,
    wire,
    alarms: new Alarms(),
    hall: map.hall,
    measures: new Measures(),
    history: [],
  };
  return {
    async run(opensAt, tell) {
      const loopDelay = monitorEventLoopDelay({ resolution: 5 });
      loopDelay.enable();
      await new Doors(order, venue, opensAt).letIn(tell);
      loopDelay.disable();
      map.close();
      const measures = venue.measures.dump();
      // Whoever is cut off leaves a record of unknown outcome: it belongs to the history, not to the measures.
      await wire.destroy();
      await sleep(20);
      return { measures, history: [...venue.history], loopDelayMillisP99: loopDelay.percentile(99) / 1e6 };
    },
  };
}

/** Lets the buyers in when their time has come, never when somebody else has finished. */
class Doors {
  readonly #order: CrowdOrder;
  readonly #venue: Venue;
  readonly #opensAt: Millis;
  #arrived = 0;
  #finished = 0;

  constructor(order: CrowdOrder, venue: Venue, opensAt: Millis) {
    this.#order = order;
    this.#venue = venue;
    this.#opensAt = opensAt;
    venue.measures.open(opensAt);
    venue.patientUntil = opensAt + (order.seconds + PATIENCE_SECONDS) * 1_000;
  }

  async letIn(tell: (progress: CrowdProgress) => void): Promise<void> {
    const progress = setInterval(() => tell(this.#progress()), PROGRESS_MILLIS);
    const times = arrivalTimes(this.#order);
    for (let buyer = this.#order.part; buyer < times.length; buyer += this.#order.of) {
      const arrivesAt = this.#opensAt + (times[buyer] as number);
      const early = arrivesAt - elapsed();
      if (early > 0.5) await sleep(Math.ceil(early));
      void this.#play(buyer, arrivesAt);
    }
    const deadline = this.#opensAt + (this.#order.seconds + GRACE_SECONDS) * 1_000;
    while (this.#finished < this.#arrived && elapsed() < deadline) await sleep(20);
    for (let cut = this.#finished; cut < this.#arrived; cut++) {
      this.#venue.measures.ending('cut-off');
      this.#venue.measures.fault('CUT_OFF', elapsed());
    }
    clearInterval(progress);
    tell(this.#progress());
  }

  async #play(buyer: number, arrivesAt: Millis): Promise<void> {
    this.#arrived++;
    this.#venue.measures.arrival(arrivesAt);
    const visit = new Visit(drawCharacter(this.#order, buyer), this.#venue, arrivesAt);
    try {
      this.#venue.measures.ending(await playBuyer(visit));
    } catch (error) {
      // An answer that is not what the contract says: the buyer cannot go on, and somebody must look.
      this.#venue.measures.fault(`UNREADABLE ${(error as Error).message}`.slice(0, 80), elapsed());
      this.#venue.measures.ending('failed');
    }
    this.#finished++;
  }

  #progress(): CrowdProgress {
    const { requests, purchases, errorCount } = this.#venue.measures;
    return { arrived: this.#arrived, finished: this.#finished, requests, purchases, errors: errorCount };
  }
}
