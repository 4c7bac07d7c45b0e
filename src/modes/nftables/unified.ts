/** The unified diff between the canonical forms of two tables. */
import { type Table } from '../../netfilter/nftables/model.ts';
import { type Ruleset } from '../../netfilter/nftables/model.ts';
import { addChain, addElement, addRule, addSet, addTable } from '../../netfilter/nftables/script.ts';
import { diffLines, printHunks } from '../../text/hunks.ts';
import { type Comparison } from '../comparison.ts';
import { type UnifiedRequest } from '../mode.ts';
import { canonicalRuleset } from './compare/canonical.ts';
import { type Owners, readOwners } from './compare/owners.ts';
import { type NftPart } from './compare/part.ts';
import { dataText, keyOf, ruleKey } from './compare/same.ts';
import { sideOf } from './compare/side.ts';
import { type NftDump } from './dump.ts';
import { ownTable } from './own-table.ts';

/** A line of the canonical form; lines with the same key mean the same. */
interface KeyedLine {
  readonly key: string;
  readonly text: string;
}

/** Returns the hunks between what should be on a node and its dump, for the wanted service ports. */
export function unifiedHunks(
  model: Ruleset,
  { family, ruleset }: NftDump,
  { leftovers }: Comparison<NftPart>,
  { isWanted }: UnifiedRequest,
): string {
  const expected = ownTable({ family, ruleset: canonicalRuleset(model) });
  const actual = ownTable({ family, ruleset: canonicalRuleset(ruleset) });
  const owners = readOwners([sideOf(expected), sideOf(actual)], family);
  const ignored = new Set(leftovers);
  const expectedLines = linesOf(expected, owners, isWanted);
  const actualLines = linesOf(actual && without(actual, ignored), owners, isWanted);
  return printHunks(
    diffLines(expectedLines, actualLines, { key: ({ key }) => key, text: ({ text }) => text }),
  );
}

const without = (table: Table, ignored: ReadonlySet<string>): Table => ({
  ...table,
  sets: table.sets.filter(({ name }) => !ignored.has(name)),
  chains: table.chains.filter(({ name }) => !ignored.has(name)),
});

function linesOf(
  table: Table | undefined,
  owners: Owners,
  isWanted: (servicePort: string | undefined) => boolean,
): readonly KeyedLine[] {
  if (table === undefined) return [];
  const lines: KeyedLine[] = [];
  const add = (text: string, key = text): void => {
    lines.push({ key, text });
  };
  const isChosen = (object: string): boolean => isWanted(owners.nameOf(object)?.label);
  if (isWanted(undefined)) add(addTable(table));
  for (const set of table.sets) {
    if (isChosen(set.name)) add(addSet(table, set));
    for (const element of set.elements) {
      const owner = owners.ofElement(set.name, element) ?? owners.nameOf(set.name)?.label;
      if (!isWanted(owner)) continue;
      add(addElement(table, set.name, element), `${set.name} ${keyOf(element)} ${dataText(element)}`);
    }
  }
  for (const chain of table.chains.filter(({ name }) => isChosen(name))) {
    add(addChain(table, chain));
    for (const rule of chain.rules) add(addRule(table, chain.name, rule), `${chain.name} ${ruleKey(rule)}`);
  }
  return lines;
}
