import { type Io } from './io.ts';

/** Work that takes longer than this many milliseconds says what it is at. */
const PATIENCE = 1000;

/** Names the step that begins. The line goes away with {@link Progress.done}. */
export interface Progress {
  readonly step: (what: string) => void;
  readonly done: () => void;
}

/** Progress on standard error when that is a terminal; silence otherwise. */
export function progressOn(io: Io, now: () => number = Date.now): Progress {
  if (io.stderr.isTTY !== true) return { step: () => undefined, done: () => undefined };
  const start = now();
  let shown = false;
  return {
    step: (what) => {
      if (now() - start < PATIENCE) return;
      shown = true;
      io.stderr.write(`\r\u001b[Ksvc2ipt: ${what} ...`);
    },
    done: () => {
      if (shown) io.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
