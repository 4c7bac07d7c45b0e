import { type Source } from '../text/source.ts';

/** From so many characters on. */
const LARGE = 4_000_000;

/**
 * Tells V8 to inline less when the input is large. Its compiler runs beside the program and took a fifth of all
 * processor time, most of it to put small functions into large ones: the code then ran hardly faster.
 */
export async function tuneFor(sources: readonly Source[]): Promise<void> {
  const length = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (length < LARGE) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
}
