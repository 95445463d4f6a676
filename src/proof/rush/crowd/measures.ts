import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { Millis } from '../../../core/clock.ts';
import type { Meaning } from './classify.ts';

/**
 * What a buyer waits for an answer to. `request` is all of them together. `purchase` is the sum of this waiting, from
 * arrival to the confirmation; thinking and standing in line are left out.
 */
export const STEPS = [
  ...(['join', 'poll', 'enter', 'leave', 'look', 'hold', 'book', 'confirm'] as const),
  ...(['request', 'purchase'] as const),
] as const;
export type Step = (typeof STEPS)[number];
/** A step that is one request. */
export type AskedStep = Exclude<Step, 'request' | 'purchase'>;

/** How a buyer's visit ended. */
export const ENDINGS = [
  'bought',
  'cancelled',
  'sold-out',
  'outrun',
  'released',
  'let-lapse',
  'declined',
  'too-late',
  'turned-away',
  'gave-up',
  'failed',
  'cut-off',
] as const;
export type Ending = (typeof ENDINGS)[number];

/** One second of the rush; latencies in milliseconds, of whatever ended in it. */
export interface SecondCount {
  arrivals: number;
  requests: number;
  purchases: number;
  errors: number;
  /** Let in from the line. */
  admitted: number;
  latencies: number[];
}

/** What one thread measured, in a form that travels between threads. */
export interface MeasuresDump {
  histograms: Record<Step, string>;
  /** From arrival to being let in. */
  line: string;
  endings: Partial<Record<Ending, number>>;
  refusals: Record<string, number>;
  errors: Record<string, number>;
  requests: number;
  seconds: SecondCount[];
}

const COUNTED = ['arrivals', 'requests', 'purchases', 'errors', 'admitted'] as const;
const MICROSECONDS = 1_000;
const LONGEST_MICROSECONDS = 3_600_000_000;

export class Measures {
  readonly histograms = Object.fromEntries(STEPS.map((step) => [step, newHistogram()])) as Record<
    Step,
    Histogram
  >;
  readonly line = newHistogram();
  readonly endings: Partial<Record<Ending, number>> = {};
  readonly refusals: Record<string, number> = {};
  readonly errors: Record<string, number> = {};
  readonly seconds: SecondCount[] = [];
  requests = 0;
  purchases = 0;
  errorCount = 0;
  #openedAt: Millis = 0;

  open(at: Millis): void {
    this.#openedAt = at;
  }

  arrival(at: Millis): void {
    this.#second(at).arrivals++;
  }

  /** One request on the wire came to its end. */
  exchange(meaning: Meaning, at: Millis): void {
    const second = this.#second(at);
    this.requests++;
    second.requests++;
    if (meaning.refusal !== undefined) count(this.refusals, meaning.refusal);
    if (meaning.error !== undefined) this.fault(meaning.error, at);
  }

  fault(name: string, at: Millis): void {
    count(this.errors, name);
    this.errorCount++;
    this.#second(at).errors++;
  }

  /** A step was answered. `dueAt` is when it was meant to start, however late this program got to it. */
  step(step: AskedStep, dueAt: Millis, at: Millis): void {
    const latency = Math.max(0, at - dueAt);
    for (const name of [step, 'request'] as const) this.histograms[name].recordValue(toMicroseconds(latency));
    this.#second(at).latencies.push(latency);
  }

  /** Somebody was let in who had come at this time. */
  admission(arrivedAt: Millis, at: Millis): void {
    this.line.recordValue(toMicroseconds(at - arrivedAt));
    this.#second(at).admitted++;
  }

  /** A purchase was confirmed, after this much waiting. */
  purchase(waited: Millis, at: Millis): void {
    this.histograms.purchase.recordValue(toMicroseconds(waited));
    this.purchases++;
    this.#second(at).purchases++;
  }

  ending(ending: Ending): void {
    this.endings[ending] = (this.endings[ending] ?? 0) + 1;
  }

  /** A copy: what happens afterwards is not in it. */
  dump(): MeasuresDump {
    const histograms = Object.fromEntries(
      STEPS.map((step) => [step, encodeIntoCompressedBase64(this.histograms[step])]),
    ) as Record<Step, string>;
    const { endings, refusals, errors, requests, seconds } = this;
    const line = encodeIntoCompressedBase64(this.line);
    return structuredClone({ histograms, line, endings, refusals, errors, requests, seconds });
  }

  /** Adds what another thread measured. */
  add(dump: MeasuresDump): void {
    for (const step of STEPS) this.histograms[step].add(decodeFromCompressedBase64(dump.histograms[step]));
    this.line.add(decodeFromCompressedBase64(dump.line));
    addCounts(this.endings, dump.endings);
    addCounts(this.refusals, dump.refusals);
    addCounts(this.errors, dump.errors);
    this.requests += dump.requests;
    dump.seconds.forEach((theirs, index) => {
      const ours = this.#at(index);
      for (const name of COUNTED) ours[name] += theirs[name];
      ours.latencies = ours.latencies.concat(theirs.latencies);
      this.purchases += theirs.purchases;
      this.errorCount += theirs.errors;
    });
  }

  #second(at: Millis): SecondCount {
    return this.#at(Math.max(0, Math.floor((at - this.#openedAt) / 1_000)));
  }

  #at(index: number): SecondCount {
    while (this.seconds.length <= index) {
      this.seconds.push({ arrivals: 0, requests: 0, purchases: 0, errors: 0, admitted: 0, latencies: [] });
    }
    return this.seconds[index] as SecondCount;
  }
}

/** Microseconds, up to an hour, three significant digits. */
export function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });
}

export function toMicroseconds(millis: Millis): number {
  return Math.min(LONGEST_MICROSECONDS, Math.max(0, Math.round(millis * MICROSECONDS)));
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function addCounts(ours: Record<string, number>, theirs: Record<string, number>): void {
  for (const [name, value] of Object.entries(theirs)) ours[name] = (ours[name] ?? 0) + value;
}
