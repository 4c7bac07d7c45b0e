import * as thread from './progress-thread.ts';

/** Returns what shows progress in a thread of its own; the published program loads it when it is first asked for. */
export const loadProgressThread = (): typeof thread => thread;
