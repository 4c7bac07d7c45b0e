/** Options that choose which findings lint reports, and which of them make it fail. */
import { type Command, Option } from 'commander';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { noSuchCode } from '../diagnostics/no-such-code.ts';
import { FINDING_CODES, type FindingCode } from '../diagnostics/lint-codes.ts';
import { type Finding } from '../lint/finding.ts';

/** What the user chose. */
export interface SelectionFlags {
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
  readonly failOn: 'error' | 'warning' | 'never';
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
}

/** `--enable`, `--disable`, `--fail-on`, `--baseline`, `--write-baseline`. */
export const withSelection = (command: Command): Command =>
  command
    .option('--enable <codes>', 'tell only findings of these codes; repeatable', collectCodes)
    .option('--disable <codes>', 'tell no findings of these codes; repeatable', collectCodes)
    .addOption(
      new Option('--fail-on <severity>', 'what exits with 1: a warning, only an error, or never')
        .choices(['error', 'warning', 'never'])
        .default('warning'),
    )
    .option('--baseline <file>', 'do not tell the findings that this file holds')
    .option('--write-baseline', 'write all findings to the file of --baseline');

const collectCodes = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== ''),
];

const isCode = (word: string): word is FindingCode => (FINDING_CODES as readonly string[]).includes(word);

/** The codes of an option; absent when it was not given. */
export const codesOf = (words: readonly string[] | undefined): ReadonlySet<FindingCode> | undefined =>
  words && new Set(words.filter(isCode));

/** What is wrong with the options. */
export function misusedSelection(flags: SelectionFlags): readonly Diagnostic[] {
  const wrong = (['enable', 'disable'] as const).flatMap((flag) =>
    (flags[flag] ?? [])
      .filter((word) => !isCode(word))
      .map((word) => `--${flag}: ${noSuchCode(word, FINDING_CODES)}`),
  );
  const alone = flags.writeBaseline === true && flags.baseline === undefined;
  const messages = [...wrong, ...(alone ? ['--write-baseline needs --baseline FILE'] : [])];
  return messages.map((message) => diagnostic('usage', message));
}

/** Returns true when one of the findings is severe enough to fail the command. */
export const fails = (findings: readonly Finding[], { failOn }: SelectionFlags): boolean =>
  failOn !== 'never' && findings.some(({ severity }) => failOn === 'warning' || severity === 'error');
