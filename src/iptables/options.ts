import { type Word } from '../text/words.ts';

/** One option of a match or target with what follows it: `! --mark 0x4000/0x4000`. */
export interface Option {
  /** With its dashes. */
  readonly name: string;
  readonly negated: boolean;
  /** Without quotes. */
  readonly values: readonly string[];
}

/**
 * Groups the words behind `-m NAME` or `-j NAME` into options. The `!` of old releases, between an option and its
 * value, means the same as the `!` ahead of it. Undefined when the words do not begin with an option.
 */
export function readOptions(words: readonly Word[]): readonly Option[] | undefined {
  const options: { name: string; negated: boolean; values: string[] }[] = [];
  let negateNext = false;
  for (const [index, word] of words.entries()) {
    const current = options.at(-1);
    if (isOption(word)) {
      options.push({ name: word.text, negated: negateNext, values: [] });
      negateNext = false;
    } else if (word.raw === '!' && !isOldNegation(words, index)) {
      negateNext = true;
    } else if (current === undefined || negateNext) {
      return undefined;
    } else if (word.raw === '!') {
      current.negated = true;
    } else {
      current.values.push(word.text);
    }
  }
  return negateNext ? undefined : options;
}

/** Puts every `!` ahead of its option; nothing else is touched. The words come back as they were written. */
export function spellWords(words: readonly Word[]): readonly string[] {
  const spelled: string[] = [];
  words.forEach((word, index) => {
    if (word.raw === '!' && isOldNegation(words, index)) spelled.splice(-1, 0, '!');
    else spelled.push(word.raw);
  });
  return spelled;
}

/** `--option ! value`: right behind an option and not followed by another one. */
function isOldNegation(words: readonly Word[], index: number): boolean {
  const before = words[index - 1];
  const behind = words[index + 1];
  return before !== undefined && isOption(before) && behind !== undefined && !isOption(behind);
}

const isOption = (word: Word): boolean => word.raw.startsWith('--');
