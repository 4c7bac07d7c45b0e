import { type Intervals, only, range } from './intervals.ts';

/** Stands for a client that a list has never seen. All smaller numbers are seconds. */
export const NEVER = 2n ** 32n;

/**
 * Every age: the seconds since a list of clients (`recent`, a dynamic set of nftables) last saw a client, or
 * {@link NEVER}.
 */
export const ANY_AGE: Intervals = range(0n, NEVER);
/** The client is not on the list. */
export const NOT_SEEN: Intervals = only(NEVER);

/** The list sees the client at this moment. */
export const JUST_SEEN: Intervals = only(0n);

/** Returns the ages of clients that a list saw within the seconds. Without seconds, of all that it ever saw. */
export const seenWithin = (seconds: number | undefined): Intervals =>
  range(0n, seconds === undefined || BigInt(seconds) >= NEVER ? NEVER - 1n : BigInt(seconds));
