/**
 * Reads the rules whose Services a command shows, and names for Services that no comment in the rules names.
 */
import { type Command } from 'commander';
import { type Compilation, isOfMode } from '../compile.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { LISTED_MODES, type ListedMode } from '../listing/node-listing.ts';
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
      'rules of a node: output of iptables-save or nft, and of ipset save, or - for stdin; repeatable',
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

export interface NamedRules {
  /** When there are dumps, their rules are shown, and the manifests give only names. */
  readonly dumps: readonly NodeRules[];
  readonly compiled: readonly Compilation<ListedMode>[];
  /** Names of service ports, from `--names` and from the manifests. */
  readonly names: readonly string[];
}

/** Reads the rules and names that the options choose, in the modes that dumps and settings tell. */
export async function readNamedRules(
  flags: NamedRuleFlags,
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<NamedRules>> {
  const dumps = await readLiveRules(flags, io);
  const given = await readNames(flags.names, io);
  const families =
    dumps.value.length > 0 ? [...new Set(dumps.value.map(({ family }) => family))] : [flags.ipFamily];
  const compiled = !namesInput(flags)
    ? { value: [], problems: [] }
    : await compileInAnyMode(flags, LISTED_MODES, families, onStep, io);
  const names = [...given.value, ...compiled.value.flatMap(({ manifests }) => namesOf(manifests.resources))];
  return {
    value: { dumps: dumps.value, compiled: compiled.value.filter(isListed), names },
    problems: [...dumps.problems, ...given.problems, ...compiled.problems],
  };
}

const isListed = (compilation: Compilation): compilation is Compilation<ListedMode> =>
  LISTED_MODES.some((mode) => isOfMode(compilation, mode));
