/** The rules of one software in forms that load into a node beside those of others. */
import { type IpFamily } from '../../text/ip.ts';
import { isWordError, splitWords } from '../../text/words.ts';
import { type Chain, type Rule, type RuleSet, type TableName } from './model.ts';
import { inPrintOrder, inTableOrder, isBuiltIn, printRule } from './print.ts';

/** Which part of a rule set its software made itself. */
export interface Ownership {
  /** Whether it made the chain of this name. */
  readonly ownsChain: (name: string) => boolean;
  /** Whether a rule of a built-in chain is its own and stands behind all others; other jumps go to the head. */
  readonly ownsRule: (rule: Rule) => boolean;
}

/** A rule in a built-in chain, as the words behind `-A CHAIN`. */
interface EntryRule {
  readonly table: TableName;
  readonly chain: string;
  readonly words: string;
}

/** What one software owns of a table. */
interface OwnTable {
  readonly name: TableName;
  readonly chains: readonly Chain[];
  /** Jumps into its chains, in the order in which they go to the head of a built-in chain: last one first. */
  readonly jumps: readonly EntryRule[];
  /** Its other rules in built-in chains, which stand behind all others. */
  readonly rules: readonly EntryRule[];
}

function ownTables(ruleSet: RuleSet, { ownsChain, ownsRule }: Ownership): readonly OwnTable[] {
  const isJump = (rule: Rule): boolean =>
    rule.target?.kind === 'jump' && ownsChain(rule.target.chain) && !ownsRule(rule);
  return inTableOrder(ruleSet.tables).map(({ name, chains: all }) => {
    const chains = inPrintOrder(all);
    const entries = (pick: (rules: readonly Rule[]) => readonly Rule[]): readonly EntryRule[] =>
      chains.filter(isBuiltIn).flatMap((chain) =>
        pick(chain.rules).map((rule) => ({
          table: name,
          chain: chain.name,
          words: printRule(chain.name, rule, ruleSet.family).slice(`-A ${chain.name} `.length),
        })),
      );
    return {
      name,
      chains: chains.filter((chain) => ownsChain(chain.name)),
      jumps: entries((rules) => rules.filter(isJump).reverse()),
      rules: entries((rules) => rules.filter(ownsRule)),
    };
  });
}

/** The lines of a table for iptables-restore: its chains, then `entries`, then the rules of its chains. */
const tableLines = (
  { name, chains }: OwnTable,
  entries: readonly string[],
  family: IpFamily,
): readonly string[] => [
  `*${name}`,
  ...chains.map((chain) => `:${chain.name} - [0:0]`),
  ...entries,
  ...chains.flatMap((chain) => chain.rules.map((rule) => printRule(chain.name, rule, family))),
  'COMMIT',
];

/**
 * The rules of one software as input for `iptables-restore --noflush`: its own chains, which are emptied and filled,
 * the jumps into them from built-in chains and its own rules there. The rules of other software stay where they are.
 *
 * Jumps are inserted at the head of their chain, last one first, so that they end up in the given order ahead of
 * what is there, as kube-proxy's own prepending does (EnsureRule). iptables-restore cannot ask whether a jump is
 * there already: loading the text twice leaves each jump twice. {@link printScript} asks.
 */
export function printRestore(ruleSet: RuleSet, ownership: Ownership): string {
  const lines = ownTables(ruleSet, ownership).flatMap((table) => {
    const entries = [
      ...table.jumps.map(({ chain, words }) => `-I ${chain} ${words}`),
      ...table.rules.map(({ chain, words }) => `-A ${chain} ${words}`),
    ];
    return tableLines(table, entries, ruleSet.family);
  });
  return lines.map((line) => `${line}\n`).join('');
}

const END_OF_RULES = 'END_OF_RULES';

/**
 * The same as a shell script that may run any number of times: it fills the chains through
 * `iptables-restore --noflush`, then puts a jump, or a rule of a built-in chain, where `iptables -C` does not find it,
 * as kube-proxy does (EnsureRule). `$IPTABLES` names another program, such as iptables-nft.
 */
export function printScript(ruleSet: RuleSet, ownership: Ownership): string {
  const tables = ownTables(ruleSet, ownership);
  const program = ruleSet.family === 'IPv4' ? 'iptables' : 'ip6tables';
  const ensure = (option: string, { table, chain, words }: EntryRule): string =>
    `ensure ${table} ${option} ${chain} ${shellWords(words)}`;
  return [
    '#!/bin/sh',
    '# Loads rules beside those of other software. To run it again does no harm.',
    'set -eu',
    `iptables=\${IPTABLES:-${program}}`,
    `"$iptables-restore" -w --noflush <<'${END_OF_RULES}'`,
    ...tables.flatMap((table) => tableLines(table, [], ruleSet.family)),
    END_OF_RULES,
    '# ensure TABLE -I|-A CHAIN RULE: puts the rule into the chain unless it is there.',
    'ensure() {',
    '  table=$1 option=$2 chain=$3',
    '  shift 3',
    '  "$iptables" -w -t "$table" -C "$chain" "$@" 2>/dev/null ||',
    '    "$iptables" -w -t "$table" "$option" "$chain" "$@"',
    '}',
    ...tables.flatMap(({ jumps, rules }) => [
      ...jumps.map((jump) => ensure('-I', jump)),
      ...rules.map((rule) => ensure('-A', rule)),
    ]),
    '',
  ].join('\n');
}

/** The words of a rule as words of a shell. */
function shellWords(rule: string): string {
  const words = splitWords(rule);
  if (isWordError(words)) throw new Error(`cannot be split: ${rule}`);
  return words.map(({ text }) => (/^[\w./:=+-]+$/.test(text) ? text : quoteForShell(text))).join(' ');
}

const quoteForShell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
