import { type Answer, type World } from './answer.ts';
import { MAX_ATTEMPTS, MAX_RETRY_AFTER } from './limits.ts';

/** Milliseconds of the first wait; each further one is twice as long, up to half a minute. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/**
 * Returns milliseconds to wait before the attempt after `attempts` ones that failed. They differ by up to a half, so
 * that many nodes do not ask at the same moment.
 */
export const backoff = (attempts: number, { random }: World): number =>
  Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT) * (1 + random() / 2);

/**
 * Asks until there is an answer, up to {@link MAX_ATTEMPTS} times where asking again may help. Waits for as long as the
 * server asks for, else longer each time.
 */
export async function withRetries<T>(
  ask: () => Promise<Answer<T>>,
  world: World,
  signal: AbortSignal,
): Promise<Answer<T>> {
  for (let attempts = 1; ; attempts++) {
    const answer = await ask();
    const retry = answer.failure?.retry;
    if (retry === undefined || attempts === MAX_ATTEMPTS || signal.aborted) return answer;
    const { after } = retry;
    await world.sleep(
      after === undefined ? backoff(attempts, world) : Math.min(after, MAX_RETRY_AFTER),
      signal,
    );
  }
}

/** Reads `Retry-After`: seconds, or a date. Returns milliseconds; undefined for anything else. (RFC 9110, 10.2.3) */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = value.endsWith(' GMT') ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
