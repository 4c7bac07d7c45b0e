import { type Io, type OutputStream, remarksOf } from './io.ts';
import { loadProgressThread } from './load-progress-thread.ts';
import { type Progress } from './progress-thread.ts';

export type { Progress };

/** Milliseconds after which progress is shown. */
const PATIENCE = 1000;

const SILENCE: Progress = { step: () => undefined, done: () => undefined };

/** Progress on standard error when that is a terminal; silence otherwise. */
export function progressOn(io: Io, now: () => number = Date.now): Progress {
  const stream = remarksOf(io);
  if (stream.isTTY !== true) return SILENCE;
  if (stream.fd === undefined) return progressByStep(stream, now);
  return loadProgressThread().progressInThread(stream.fd, PATIENCE);
}

/** Progress on a terminal that only this thread can write to: shown when a step begins. */
function progressByStep(stream: OutputStream, now: () => number): Progress {
  const start = now();
  let shown = false;
  return {
    step: (what) => {
      if (now() - start < PATIENCE) return;
      shown = true;
      stream.write(`\r\u001b[Ksvc2ipt: ${what} ...`);
    },
    done: () => {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
