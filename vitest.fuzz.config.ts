import { defineConfig } from 'vitest/config';

/**
 * `npm run fuzz`: hostile input for SVC2IPT_FUZZ_SECONDS (60) for each reader, from SVC2IPT_FUZZ_SEED (1). The reader of
 * nft tables gets SVC2IPT_FUZZ_NFT_SECONDS where that is set.
 */
export default defineConfig({
  test: { include: ['test/fuzz/run.ts'], testTimeout: 3_600_000 },
});
