import { type Word } from '../../text/words.ts';

/** One option of a match or target with what follows it: `! --mark 0x4000/0x4000`. */
export interface Option {
  /** With its dashes. */
  readonly name: string;
  readonly negated: boolean;
  readonly values: readonly Word[];
  /** Where its name stands among the words of the rule. */
  readonly offset: number;
}

/** The words of the options as iptables spells them today: quotes as they were, each `!` ahead of its option. */
export const spellOptions = (options: readonly Option[]): readonly string[] =>
  options.flatMap((option) => [
    ...(option.negated ? ['!'] : []),
    option.name,
    ...option.values.map((value) => value.raw),
  ]);

/** The option, when it is the only one and has one value. */
export function soleOption(options: readonly Option[], name: string): Option | undefined {
  const [option] = options;
  return options.length === 1 && option?.name === name && option.values.length === 1 ? option : undefined;
}

/** {@link plainValue} of an option whose value iptables prints without quotes, whatever is in it. */
export function bareValue(options: readonly Option[], name: string): string | undefined {
  const value = plainValue(options, name);
  return value !== undefined && isBare(value) ? value : undefined;
}

/** Whether a text is one word without quotes. */
export const isBare = (text: string): boolean => /^[^\s"]+$/.test(text);

/** The value of the only option, when that is not negated. */
export function plainValue(options: readonly Option[], name: string): string | undefined {
  const option = soleOption(options, name);
  return option?.negated === false ? option.values[0]?.text : undefined;
}

/**
 * All options by name, flags with an empty value; undefined when one is negated, given twice, not of `names`, or
 * has several values.
 */
export function plainValues(
  options: readonly Option[],
  names: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const { name, negated, values: given } of options) {
    if (negated || values.has(name) || !names.includes(name) || given.length > 1) return undefined;
    values.set(name, given[0]?.text ?? '');
  }
  return values;
}
