/** An option of a match or target that the model keeps word by word. */
export interface OptionWords {
  /** With its dashes. */
  readonly name: string;
  readonly negated: boolean;
  /** Without the quotes around them. */
  readonly values: readonly string[];
}

/** Returns the first value of an option; an empty text without one. */
export const firstValue = ({ values: [first = ''] }: OptionWords): string => first;

/** Sorts words such as `! --dports 80,443 --name x` into options. (see spellOptions) */
export function readOptions(words: readonly string[]): readonly OptionWords[] {
  const options: { name: string; negated: boolean; values: string[] }[] = [];
  let negated = false;
  for (const word of words) {
    if (word === '!') negated = true;
    else if (word.startsWith('--')) {
      options.push({ name: word, negated, values: [] });
      negated = false;
    } else options.at(-1)?.values.push(word.replace(/^"|"$/g, ''));
  }
  return options;
}

/** Returns the first value of an option that is present and not negated. */
export const valueOf = (options: readonly OptionWords[], name: string): string | undefined =>
  options.find((option) => option.name === name && !option.negated)?.values[0];
