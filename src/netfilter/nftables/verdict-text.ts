/** Prints and reads verdicts as text. Each printer stands beside its reader. */
import { type Expression, type Statement, type Verdict } from './model.ts';
import { type WordList } from './word-cursor.ts';

const PLAIN = ['accept', 'drop', 'return', 'continue'] as const;
const LEADING = ['jump', 'goto'] as const;
const KINDS: ReadonlySet<string> = new Set([...PLAIN, ...LEADING]);

/** Returns true when a statement, or the data of a map, is a verdict. */
export const isVerdict = (item: Expression | Statement): item is Verdict => KINDS.has(item.kind);

/** Returns `drop` or `jump CHAIN`. */
export const printVerdict = (verdict: Verdict): string =>
  'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;

/** Reads a verdict. Returns undefined and takes no word when there is none. */
export function parseVerdict(words: WordList): Verdict | undefined {
  if (words.peek()?.kind !== 'word') return undefined;
  const text = words.peekText();
  const plain = PLAIN.find((kind) => kind === text);
  if (plain !== undefined) {
    words.take();
    return { kind: plain };
  }
  const leading = LEADING.find((kind) => kind === text);
  const chain = words.peek(1);
  if (leading === undefined || (chain?.kind !== 'word' && chain?.kind !== 'quoted')) return undefined;
  words.take();
  words.take();
  return { kind: leading, chain: chain.text };
}
