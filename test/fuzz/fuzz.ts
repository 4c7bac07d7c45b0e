import { setImmediate } from 'node:timers/promises';

/** A pseudo-random whole number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** What is fuzzed, and with what. */
export interface FuzzTarget<Input> {
  /** The next input. */
  readonly mutate: (random: Random) => Input;
  /** Tries an input: whether it was accepted. Throws when what is fuzzed does anything that it must not. */
  readonly check: (input: Input) => boolean | Promise<boolean>;
  /** An input as bytes, for the message that tells of it. */
  readonly bytes: (input: Input) => Buffer;
  /** What no input may take; absent: 5 seconds. The machine may be busy with other work. */
  readonly mostMilliseconds?: number;
}

/** What a run saw. */
export interface FuzzReport {
  /** What the run began with: give it again to repeat the run. */
  readonly seed: number;
  readonly tried: number;
  /** How many inputs were read without an error. */
  readonly accepted: number;
  readonly slowestMilliseconds: number;
}

const MOST_MILLISECONDS = 5000;

/**
 * Tries inputs for `seconds`, the same ones for the same `seed`. Rejects at the first that fails or takes too long,
 * with the seed and the input (in base64) in the message.
 */
export async function fuzz<Input>(
  { mutate, check, bytes, mostMilliseconds = MOST_MILLISECONDS }: FuzzTarget<Input>,
  seconds: number,
  seed: number = Date.now() >>> 0,
): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const end = performance.now() + seconds * 1000;
  let tried = 0;
  let accepted = 0;
  let slowestMilliseconds = 0;
  for (let start = performance.now(); start < end; tried++) {
    const input = mutate(random);
    const fail = (what: string): Error =>
      new Error(`seed ${seed}, input ${tried}: ${what}\n${bytes(input).toString('base64')}`);
    const before = performance.now();
    try {
      if (await check(input)) accepted++;
    } catch (error) {
      throw fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const after = performance.now();
    if (after - before > mostMilliseconds) throw fail(`took ${(after - before).toFixed(0)} ms`);
    slowestMilliseconds = Math.max(slowestMilliseconds, after - before);
    // The runner gives up on a worker that it cannot reach for a minute.
    if (tried % 100 === 0) await setImmediate();
    start = performance.now();
  }
  return { seed, tried, accepted, slowestMilliseconds };
}

/** The generator of pseudo-random numbers called mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
