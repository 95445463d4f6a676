import { Gauge } from 'prom-client';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { withinTime } from '../core/time-limit.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { Metrics } from './metrics.ts';

/** One value, or one for each value of the label. */
export type Reading = number | Readonly<Record<string, number>>;

/** A figure is looked up when it is asked for; the metrics beside it are counted as things happen. */
export interface Figure {
  /** Ends with its unit. */
  name: string;
  help: string;
  /** Of which the reading has one value each; its values must be few, whatever the crowd does. */
  label?: string;
  /** Undefined when there is nothing to tell. May throw Unavailable. */
  read: () => Promise<Reading | undefined> | Reading | undefined;
}

/** Puts a figure among the metrics. */
export type Show = (figure: Figure) => void;

/** A scrape waits for a figure no longer than this. */
const PATIENCE: Millis = 2 * SECOND;

/** What cannot be told now is left out, so that a scrape still shows what is wrong. */
export function figuresOn(metrics: Pick<Metrics, 'registry'>, clock: Clock): Show {
  return ({ name, help, label, read }) => {
    new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [metrics.registry],
      async collect() {
        const reading = await withinTime(clock, PATIENCE, async () => read()).catch(onlyUnavailable);
        if (label !== undefined) this.reset();
        else this.remove();
        if (typeof reading === 'number') this.set(reading);
        else
          for (const [value, figure] of Object.entries(reading ?? {}))
            this.set({ [label as string]: value }, figure);
      },
    });
  };
}

/** Figures that come from one look share it: the look is repeated at most once a second, however many ask. */
export function sharedLook<T>(clock: Clock, look: () => Promise<T>): () => Promise<T> {
  let last: { at: Millis; answer: Promise<T> } | undefined;
  return () => {
    const at = clock.now();
    if (!last || at - last.at >= SECOND) last = { at, answer: look() };
    return last.answer;
  };
}
