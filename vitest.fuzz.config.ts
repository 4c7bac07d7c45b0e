import { defineConfig } from 'vitest/config';

/** `npm run fuzz`: hostile input at random, SVC2IPT_FUZZ_SECONDS (60) for each reader. */
export default defineConfig({
  test: { include: ['test/fuzz/run.ts'], testTimeout: 3_600_000 },
});
