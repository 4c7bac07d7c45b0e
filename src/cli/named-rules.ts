/**
 * Reads the rules whose Services a command shows, and names for Services that no comment in the rules names.
 */
import { type Command } from 'commander';
import { type Compilation, isOfMode } from '../compile.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type ModeName } from '../modes/modes.ts';
import { type NodeRules } from '../trace/node-rules.ts';
import { type Io } from './io.ts';
import { namesOf, readNames } from './names-file.ts';
import {
  collect,
  excludeOption,
  namesInput,
  NO_RULES,
  versionOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from './options.ts';
import { compileInAnyMode, readLiveRules, type RuleFlags } from './read-rules.ts';

export interface NamedRuleFlags extends RuleFlags {
  readonly names?: string;
}

/** Adds the options that say which rules to read, and `--names`. Returns the command. */
export function withNamedRules(command: Command): Command {
  return withStandIns(withKubeProxy(withManifests(command)))
    .addOption(versionOption())
    .addOption(excludeOption())
    .option(
      '--live <dump>',
      'rules of a node: output of iptables-save or nft, and of ipset save; - for stdin, or a folder of these; repeatable',
      collect,
    )
    .option(
      '--names <file>',
      'names to try where comments are missing: lines NAMESPACE/NAME:PORT, or manifests',
    );
}

/** What is wrong with the options that name rules. */
export function misuseOfRules(flags: NamedRuleFlags): readonly Diagnostic[] {
  const { filename, live, names } = flags;
  const messages: string[] = [];
  if (!namesInput(flags) && live === undefined) {
    messages.push(NO_RULES);
  }
  const fromStdin = [...(filename ?? []), ...(live ?? []), names].filter((path) => path === '-').length;
  if (fromStdin > 1) messages.push('standard input can be read only once');
  return messages.map((message) => diagnostic('usage', message));
}

export interface NamedRules<Mode extends ModeName> {
  /** When there are dumps, their rules are shown, and the manifests give only names. */
  readonly dumps: readonly RulesIn<Mode>[];
  readonly compiled: readonly Compilation<Mode>[];
  /** Names of service ports, from `--names` and from the manifests. */
  readonly names: readonly string[];
}

/** The rules of a node in one of the modes. */
export type RulesIn<Mode extends ModeName> = Extract<NodeRules, { readonly mode: Mode }>;

/**
 * Reads the rules and names that the options choose, in the modes that dumps and settings tell. Refuses other modes.
 */
export async function readNamedRules<Mode extends ModeName>(
  flags: NamedRuleFlags,
  modes: readonly Mode[],
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<NamedRules<Mode>>> {
  const dumps = await readLiveRules(flags, io);
  const isShown = (rules: NodeRules): rules is RulesIn<Mode> => modes.some((mode) => mode === rules.mode);
  const given = await readNames(flags.names, io);
  const families =
    dumps.value.length > 0 ? [...new Set(dumps.value.map(({ family }) => family))] : [flags.ipFamily];
  const compiled = !namesInput(flags)
    ? { value: [], problems: [] }
    : await compileInAnyMode(flags, modes, families, onStep, io);
  const names = [...given.value, ...compiled.value.flatMap(({ manifests }) => namesOf(manifests.resources))];
  const isCompiled = (compilation: Compilation): compilation is Compilation<Mode> =>
    modes.some((mode) => isOfMode(compilation, mode));
  return {
    value: { dumps: dumps.value.filter(isShown), compiled: compiled.value.filter(isCompiled), names },
    problems: [
      ...dumps.problems,
      ...given.problems,
      ...compiled.problems,
      ...dumps.value.filter((rules) => !isShown(rules)).map(notShown),
    ],
  };
}

const notShown = ({ mode }: NodeRules): Diagnostic =>
  diagnostic('usage', `this command does not know the dumps of mode ${mode}`);
