import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: 'e2e/setup.ts',
    environment: 'node',
    // One browser at a time: the machines of CI have two cores.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // A limit for machines under load, as for what is waited for in pages.
    expect: { poll: { timeout: 60_000 } },
  },
});
