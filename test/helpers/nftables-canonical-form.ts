/** The canonical form in which listings of mode nftables are compared; see fixtures/oracle-nftables/README.md. */
import { type NamedSet, type Ruleset, type Table } from '../../src/netfilter/nftables/model.ts';
import { printList } from '../../src/netfilter/nftables/list.ts';
import { spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { printElement } from '../../src/netfilter/nftables/expression-text.ts';

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);

/** Sets, maps and chains by name, elements as text; without what time leaves behind. */
export function canonicalForm({ tables }: Ruleset): string {
  const sorted = tables.map((table): Table => ({
    ...table,
    sets: table.sets.map(canonicalSet).sort(byName),
    chains: table.chains.filter(({ name, rules }) => !name.includes('/') || rules.length > 0).sort(byName),
  }));
  return printList({ tables: sorted }, spellingOf('1.1.3'));
}

function canonicalSet(set: NamedSet): NamedSet {
  const elements = set.elements.map(({ key, data, comment }) => ({
    key,
    ...(data !== undefined && { data }),
    ...(comment !== undefined && { comment }),
  }));
  const text = new Map(elements.map((element) => [element, printElement(element)]));
  return {
    ...set,
    size: 0,
    elements: elements.sort((one, other) => (text.get(one)! < text.get(other)! ? -1 : 1)),
  };
}
