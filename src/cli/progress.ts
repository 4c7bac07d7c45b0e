import { type Io } from './io.ts';

/** Milliseconds after which progress is shown. */
const PATIENCE = 1000;

/** Shows the name of the step that begins. {@link Progress.done} removes the line. */
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
