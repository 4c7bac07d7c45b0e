/** Progress that goes on while this thread is busy: a second thread writes it. */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Shows the name of the step that begins. {@link Progress.done} removes the line. */
export interface Progress {
  readonly step: (what: string) => void;
  readonly done: () => void;
}

/** Numbers that both threads see, by their index. */
const STATE = { ended: 0, locked: 1, shown: 2, length: 3 } as const;
const HEADER = 16;
const LONGEST = 240;

/** The second thread. It is a text, so that it runs wherever the program does, bundled into one file or not. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { shared, fd, patience, every } = workerData;
const state = new Int32Array(shared, 0, 4);
const text = Buffer.from(shared, ${HEADER});
const began = Date.now();
Atomics.wait(state, ${STATE.ended}, 0, patience);
while (Atomics.load(state, ${STATE.ended}) === 0) {
  while (Atomics.compareExchange(state, ${STATE.locked}, 0, 1) !== 0) Atomics.wait(state, ${STATE.locked}, 1);
  if (Atomics.load(state, ${STATE.ended}) === 0) {
    const words = text.toString('utf8', 0, state[${STATE.length}]);
    const seconds = Math.round((Date.now() - began) / 1000);
    // A terminal may be gone or not ready: the work goes on.
    try { writeSync(fd, '\\r\\u001b[Ksvc2ipt: ' + words + ' ... ' + seconds + ' s'); } catch {}
    state[${STATE.shown}] = 1;
  }
  Atomics.store(state, ${STATE.locked}, 0);
  Atomics.notify(state, ${STATE.locked});
  Atomics.wait(state, ${STATE.ended}, 0, every);
}
`;

/** Shows the step on a terminal once work takes more than `patience` milliseconds, and how long it takes. */
export function progressInThread(fd: number, patience: number, every = 500): Progress {
  let running: Running | undefined;
  return {
    step: (what) => {
      running ??= begin({ fd, patience, every });
      running.say(what);
    },
    done: () => {
      if (running?.end() === true) writeSync(fd, '\r\u001b[K');
      running = undefined;
    },
  };
}

interface Running {
  readonly say: (what: string) => void;
  /** Ends the thread. True when it wrote something. */
  readonly end: () => boolean;
}

function begin(options: { readonly fd: number; readonly patience: number; readonly every: number }): Running {
  const shared = new SharedArrayBuffer(HEADER + LONGEST);
  const state = new Int32Array(shared, 0, 4);
  const text = new Uint8Array(shared, HEADER);
  const worker = new Worker(THREAD, { eval: true, workerData: { shared, ...options } });
  // The program ends when its work does.
  worker.unref();
  worker.on('error', () => undefined);
  const withLock = (action: () => void): void => {
    while (Atomics.compareExchange(state, STATE.locked, 0, 1) !== 0) Atomics.wait(state, STATE.locked, 1);
    action();
    Atomics.store(state, STATE.locked, 0);
    Atomics.notify(state, STATE.locked);
  };
  return {
    say: (what) => {
      const bytes = Buffer.from(what).subarray(0, LONGEST);
      withLock(() => {
        text.set(bytes);
        state[STATE.length] = bytes.length;
      });
    },
    end: () => {
      Atomics.store(state, STATE.ended, 1);
      Atomics.notify(state, STATE.ended);
      let shown = false;
      withLock(() => {
        shown = state[STATE.shown] === 1;
      });
      return shown;
    },
  };
}
