import { defineConfig } from 'vitest/config';

/** Each kind of test is a project: `npm run check` runs `unit`, `npm test` all of them. */
const project = (
  name: string,
  options: { include?: string[]; seconds: number; alone?: boolean; together?: boolean; tries?: number },
) => ({
  test: {
    name,
    include: options.include ?? [`test/${name}/**/*.test.ts`],
    testTimeout: options.seconds * 1_000,
    hookTimeout: 60_000,
    fileParallelism: !options.alone,
    isolate: !options.together,
    retry: (options.tries ?? 1) - 1,
  },
});

/** Against servers of their own, in real time, on a crowded machine; scripts/second-tries.mjs names those that needed it. */
const tries = 2;

export default defineConfig({
  test: {
    // Most of their time tests wait for servers of their own: one process a core less one would leave the cores idle.
    maxWorkers: 3,
    projects: [
      // In one process for many files: half of the time went into reading the same modules again for each of them.
      project('unit', {
        include: ['test/unit/**/*.test.ts', 'test/tidy.test.ts'],
        seconds: 30,
        together: true,
      }),
      project('conformance', { seconds: 60, tries }),
      project('simulation', { seconds: 300 }),
      project('system', { seconds: 120, tries }),
      project('deploy', { seconds: 300, tries }),
      project('attacks', { seconds: 120, tries }),
      project('browser', { seconds: 120, tries, alone: true }),
    ],
  },
});
