import { afterEach } from 'vitest';

/** Lets the runner hear from its workers between tests: many tests here compute for seconds without a pause. */
afterEach(
  () =>
    new Promise<void>((resolve) => {
      setImmediate(resolve);
    }),
);
