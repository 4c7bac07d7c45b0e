/** The options of `svc2ipt compile` as settings of `svc2ipt.yaml`. */
import { Command, CommanderError } from 'commander';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type OptionKind } from '../golden/golden-schema.ts';
import { type GoldenFile, invalid } from '../golden/read-golden.ts';
import { type GoldenSetting, type Target } from '../golden/targets.ts';
import { type CompileFlags, withCompileOptions } from './commands/compile-options.ts';

/** Options that the file has fields of its own for, or that say what to do with the output. */
const NO_SETTINGS: ReadonlySet<string> = new Set([
  'filename',
  'recursive',
  'exclude',
  'output',
  'check',
  'golden',
  'report',
  'write-assignments',
  'node-name',
  'hostname-override',
]);

/** A `compile` command that only reads options, and throws what is wrong with them. */
const reader = (): Command =>
  withCompileOptions(new Command('compile'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });

/** The options that `svc2ipt.yaml` may set, by their names without dashes. */
export const goldenOptions = (): ReadonlyMap<string, OptionKind> =>
  new Map(
    reader().options.flatMap(({ long, required, optional }) => {
      const name = long?.slice(2) ?? '';
      const kind: OptionKind = required || optional ? 'value' : 'switch';
      return NO_SETTINGS.has(name) ? [] : [[name, kind] as const];
    }),
  );

/**
 * The settings of a golden file as if they stood on the command line. Each is first read alone, so that a mistake is
 * told at its place.
 */
export function flagsOf(
  { settings }: Target,
  locate: GoldenFile['locate'],
  resolvePath: (path: string) => string,
): Outcome<CompileFlags | undefined> {
  // A later setting takes the place of an earlier one.
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  const problems = [...byName.values()].flatMap((setting): readonly Diagnostic[] => {
    const message = mistakeIn(wordsOf(setting, resolvePath));
    return message === undefined ? [] : [invalid(locate, setting.path, message)];
  });
  if (problems.length > 0) return { value: undefined, problems };
  const words = [...byName.values()].flatMap((setting) => wordsOf(setting, resolvePath));
  return {
    value: reader()
      .parse([...words], { from: 'user' })
      .opts<CompileFlags>(),
    problems,
  };
}

/** Options that name a file, which counts from the folder of `svc2ipt.yaml`. */
const PATHS: ReadonlySet<string> = new Set(['config', 'assignments']);

const wordsOf = ({ name, values }: GoldenSetting, resolvePath: (path: string) => string): readonly string[] =>
  values.flatMap((value) => {
    if (goldenKinds().get(name) === 'switch') return value === true ? [`--${name}`] : [];
    return [`--${name}=${PATHS.has(name) ? resolvePath(String(value)) : String(value)}`];
  });

let kinds: ReadonlyMap<string, OptionKind> | undefined;
const goldenKinds = (): ReadonlyMap<string, OptionKind> => (kinds ??= goldenOptions());

/** Many golden files have the same settings: each is read once. */
const mistakes = new Map<string, string | undefined>();

function mistakeIn(words: readonly string[]): string | undefined {
  const key = JSON.stringify(words);
  if (!mistakes.has(key)) mistakes.set(key, readMistake(words));
  return mistakes.get(key);
}

function readMistake(words: readonly string[]): string | undefined {
  try {
    reader().parse([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    throw error;
  }
}
