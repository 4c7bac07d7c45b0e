/** Prints rule sets as scripts for `nft -f -`, one command a line, as kube-proxy passes them to nft. */
import { printElement } from './expression-text.ts';
import { type Chain, type NamedSet, type Ruleset, type Table } from './model.ts';
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
  const name = `${table.family} ${table.name}`;
  const lines = [
    // A missing table cannot be deleted, so the script first makes sure that it exists.
    `add table ${name}`,
    `delete table ${name}`,
    `add table ${name}${inBraces(tableParts(table))}`,
  ];
  for (const set of table.sets)
    lines.push(`add ${setKind(set)} ${name} ${set.name}${inBraces(setParts(set))}`);
  for (const chain of table.chains)
    lines.push(`add chain ${name} ${chain.name}${inBraces(chainParts(chain))}`);
  for (const set of table.sets) {
    for (const element of set.elements) {
      lines.push(`add element ${name} ${set.name} { ${printElement(element)} }`);
    }
  }
  for (const chain of table.chains) {
    for (const rule of chain.rules)
      lines.push(`add rule ${name} ${chain.name} ${printRule(asInput(rule), PLAIN_SPELLING)}`);
  }
  return `${lines.join('\n')}\n`;
}

const inBraces = (parts: readonly string[]): string =>
  parts.length === 0 ? '' : ` { ${parts.map((part) => `${part} ;`).join(' ')} }`;

const commentOf = ({ comment }: { readonly comment?: string }): readonly string[] =>
  comment === undefined ? [] : [`comment "${comment}"`];

const flagsOf = ({ flags }: { readonly flags: readonly string[] }): readonly string[] =>
  flags.length === 0 ? [] : [`flags ${flags.join(',')}`];

const tableParts = (table: Table): readonly string[] => [...flagsOf(table), ...commentOf(table)];

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
  const device = hook.device === undefined ? '' : ` device "${hook.device}"`;
  return [
    `type ${hook.type} hook ${hook.hook}${device} priority ${hook.priority}`,
    ...(hook.policy === undefined ? [] : [`policy ${hook.policy}`]),
    ...commentOf(chain),
  ];
}
