import { type IpFamily, familyOf } from '../../text/ip.ts';
import { isWordError, splitWords } from '../../text/words.ts';
import { type Finding, isStatement, type Statement, toolOf } from './statements.ts';
import { isTargetName } from './target-codecs.ts';

/** What any line of a text may tell, and has to be known before the first one is put into its place. */
export interface Survey {
  /** By the program's name, else by the first address in a rule; undefined when nothing tells. */
  readonly family: IpFamily | undefined;
  /** False for `iptables -S`, `iptables -L`, and lines that grep picked. */
  readonly namesTables: boolean;
}

/** Goes through the lines of a text until both are told, which the first lines of iptables-save do. */
export function surveyOf(findings: Iterable<Finding>): Survey {
  let family: IpFamily | undefined;
  let namesTables = false;
  for (const finding of findings) {
    if (!isStatement(finding)) continue;
    family ??= familyOfStatement(finding);
    namesTables ||= finding.kind === 'table' || finding.kind === 'commit';
    if (family !== undefined && namesTables) break;
  }
  return { family, namesTables };
}

/**
 * Returns a function that tells whether the text has a chain of that name: `iptables -L` may show a jump ahead of the
 * chain. `namedAsTarget` are those with the name of a target.
 */
export function chainFinder(
  findings: Iterable<Finding>,
  namedAsTarget: ReadonlySet<string>,
): (name: string) => boolean {
  let all: ReadonlySet<string> | undefined;
  // Other names are hardly ever asked for, and a large dump has very many of them.
  return (name) => (isTargetName(name) ? namedAsTarget.has(name) : (all ??= chainsIn(findings)).has(name));
}

function chainsIn(findings: Iterable<Finding>): ReadonlySet<string> {
  const chains = new Set<string>();
  for (const finding of findings) {
    const chain = isStatement(finding) ? chainOf(finding) : undefined;
    if (chain !== undefined) chains.add(chain);
  }
  return chains;
}

/** The chain that a statement names. */
export function chainOf(statement: Statement): string | undefined {
  if (statement.kind === 'chain') return statement.name;
  return statement.kind === 'rule' ? statement.chain : undefined;
}

function familyOfStatement(statement: Statement): IpFamily | undefined {
  if (statement.kind === 'rule') return familyOfRule(statement.options);
  const program = statement.kind === 'remark' ? toolOf(statement.text)?.program : undefined;
  return program === undefined ? undefined : familyOfProgram(program);
}

/** The family of `iptables-save` and `ip6tables-save`. */
export const familyOfProgram = (program: string): IpFamily => (program.startsWith('ip6') ? 'IPv6' : 'IPv4');

function familyOfRule(options: string): IpFamily | undefined {
  const words = splitWords(options);
  if (isWordError(words)) return undefined;
  for (const { raw } of words) {
    const family = raw.startsWith('icmp6-') ? 'IPv6' : familyOf(raw.replace(/\/.*$/s, ''));
    if (family !== undefined) return family;
  }
  return undefined;
}
