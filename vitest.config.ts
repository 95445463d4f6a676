import { defineConfig } from 'vitest/config';

/** Each kind of test is a project: `npm run check` runs `unit`, `npm test` all of them. */
const project = (
  name: string,
  options: { include?: string[]; seconds: number; alone?: boolean; together?: boolean },
) => ({
  test: {
    name,
    include: options.include ?? [`test/${name}/**/*.test.ts`],
    testTimeout: options.seconds * 1_000,
    hookTimeout: 60_000,
    fileParallelism: !options.alone,
    isolate: !options.together,
  },
});

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
      project('conformance', { seconds: 60 }),
      project('simulation', { seconds: 300 }),
      project('system', { seconds: 120 }),
      project('deploy', { seconds: 300 }),
      project('attacks', { seconds: 120 }),
      project('browser', { seconds: 120, alone: true }),
    ],
  },
});
