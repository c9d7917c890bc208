import { defineConfig } from 'vitest/config';

/** `npm test` runs `unit`; what needs real servers or many minutes is a project of its own and runs in `.ci/run`. */
export default defineConfig({
  test: {
    // Vitest would leave one core free: on two, that is one test file after the other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/faults/**'],
          testTimeout: 60_000,
          // Each worker loads a module once, which halves the time. So no test may leave a module's state or a global changed.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          testTimeout: 1_500_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
