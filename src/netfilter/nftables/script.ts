/** Prints rule sets as scripts for `nft -f -`, one command a line, as kube-proxy passes them to nft. */
import { printDevices } from './chain-text.ts';
import { printElement } from './expression-text.ts';
import { type Chain, type Element, type NamedSet, type Rule, type Ruleset, type Table } from './model.ts';
import { PLAIN_SPELLING } from './nft-release.ts';
import { printRule } from './rule-text.ts';
import { asInput } from './input-form.ts';
import { printType, setKind } from './set-text.ts';
import { printDuration } from './duration.ts';

/**
 * Returns a script that creates the tables and replaces existing ones. nft runs the whole script or nothing.
 * Chains come before the rules and elements that lead to them. Every release of nft reads it.
 */
export const printScript = ({ tables }: Ruleset): string => tables.map(printTable).join('');

function printTable(table: Table): string {
  const name = nameOf(table);
  const lines = [
    // A missing table cannot be deleted, so the script first makes sure that it exists.
    `add table ${name}`,
    `delete table ${name}`,
    addTable(table),
  ];
  for (const set of table.sets) lines.push(addSet(table, set));
  for (const chain of table.chains) lines.push(addChain(table, chain));
  for (const set of table.sets) {
    for (const element of set.elements) lines.push(addElement(table, set.name, element));
  }
  for (const chain of table.chains) {
    for (const rule of chain.rules) lines.push(addRule(table, chain.name, asInput(rule)));
  }
  return `${lines.join('\n')}\n`;
}

/** A table as commands name it. */
type TableName = Pick<Table, 'family' | 'name'>;

const nameOf = ({ family, name }: TableName): string => `${family} ${name}`;

/** Returns the command that makes the table. */
export const addTable = (table: TableName & Pick<Table, 'comment' | 'flags'>): string =>
  `add table ${nameOf(table)}${inBraces([...flagsOf(table), ...commentOf(table)])}`;

/** Returns the command that makes the set or map, without its elements. */
export const addSet = (table: TableName, set: NamedSet): string =>
  `add ${setKind(set)} ${nameOf(table)} ${set.name}${inBraces(setParts(set))}`;

/** Returns the command that makes the chain, without its rules. */
export const addChain = (table: TableName, chain: Chain): string =>
  `add chain ${nameOf(table)} ${chain.name}${inBraces(chainParts(chain))}`;

/** Returns the command that adds the element to the set or map. */
export const addElement = (table: TableName, set: string, element: Element): string =>
  `add element ${nameOf(table)} ${set} { ${printElement(element)} }`;

/** Returns the command that adds the rule to the end of the chain. */
export const addRule = (table: TableName, chain: string, rule: Rule): string =>
  `add rule ${nameOf(table)} ${chain} ${printRule(rule, PLAIN_SPELLING)}`;

const inBraces = (parts: readonly string[]): string =>
  parts.length === 0 ? '' : ` { ${parts.map((part) => `${part} ;`).join(' ')} }`;

const commentOf = ({ comment }: { readonly comment?: string | undefined }): readonly string[] =>
  comment === undefined ? [] : [`comment "${comment}"`];

const flagsOf = ({ flags }: { readonly flags: readonly string[] }): readonly string[] =>
  flags.length === 0 ? [] : [`flags ${flags.join(',')}`];

const setParts = (set: NamedSet): readonly string[] => [
  ...(set.keyType.length === 0 ? [] : [printType(set)]),
  ...(set.size === undefined ? [] : [`size ${set.size}`]),
  ...flagsOf(set),
  ...(set.timeout === undefined ? [] : [`timeout ${printDuration(set.timeout)}`]),
  ...set.otherLines,
  ...commentOf(set),
];

function chainParts({ hook, ...chain }: Chain): readonly string[] {
  if (hook === undefined) return commentOf(chain);
  return [
    `type ${hook.type} hook ${hook.hook}${printDevices(hook)} priority ${hook.priority}`,
    ...(hook.policy === undefined ? [] : [`policy ${hook.policy}`]),
    ...commentOf(chain),
  ];
}
