import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** How long a hook or a poll may take on a machine that is many times slower; only what hangs takes so long. */
const PATIENCE_MILLIS = 180_000;

/**
 * Files of one stage run side by side, so many at once, and the next stage begins when they are over. Servers and browsers
 * are waited for more than they compute, and share no stage with what keeps the cores busy.
 */
const STAGES = {
  computing: { order: 1, workers: 2 },
  waiting: { order: 2, workers: 3 },
  browsing: { order: 3, workers: 2 },
} as const;

/** Each kind of test is a project: `npm run check` runs `unit`, `npm test` all of them. */
const project = (
  name: string,
  options: {
    stage: keyof typeof STAGES;
    include?: string[];
    exclude?: string[];
    seconds: number;
    together?: boolean;
    tries?: number;
  },
) => ({
  test: {
    name,
    include: options.include ?? [`test/${name}/**/*.test.ts`],
    exclude: options.exclude ?? [],
    testTimeout: options.seconds * 1_000,
    hookTimeout: PATIENCE_MILLIS,
    expect: { poll: { timeout: PATIENCE_MILLIS / 3, interval: 50 } },
    maxWorkers: STAGES[options.stage].workers,
    sequence: { groupOrder: STAGES[options.stage].order },
    isolate: !options.together,
    retry: (options.tries ?? 1) - 1,
  },
});

/** Against servers of their own, in real time, on a crowded machine; scripts/second-tries.mjs names those that needed it. */
const tries = 2;

/** Jaeger takes minutes to build: docs/deploy.md says how its test is run by hand. */
const byHand = process.env.JAEGER_PATH ? [] : ['test/deploy/jaeger.test.ts'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // In one process for many files: half of the time went into reading the same modules again for each of them.
      project('unit', {
        stage: 'computing',
        include: ['test/unit/**/*.test.ts', 'test/tidy.test.ts'],
        seconds: 60,
        together: true,
      }),
      project('simulation', { stage: 'computing', seconds: 600 }),
      project('conformance', { stage: 'waiting', seconds: 180, tries }),
      project('system', { stage: 'waiting', seconds: 300, tries }),
      project('deploy', { stage: 'waiting', exclude: byHand, seconds: 300, tries }),
      project('attacks', { stage: 'waiting', seconds: 300, tries }),
      project('browser', { stage: 'browsing', seconds: 180, tries }),
    ],
  },
});
