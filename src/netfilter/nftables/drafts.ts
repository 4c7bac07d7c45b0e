/** Tables while they are read from a text that names their parts in any order. */
import { elementOrder } from './element-order.ts';
import { printExpression } from './expression-text.ts';
import {
  type Chain,
  type Element,
  type NamedSet,
  type NftFamily,
  type OtherObject,
  type Rule,
  type Ruleset,
  type Table,
} from './model.ts';

export interface ChainDraft {
  readonly head: Omit<Chain, 'rules'>;
  readonly rules: Rule[];
}

export interface SetDraft {
  readonly head: Omit<NamedSet, 'elements'>;
  /** By the text of the key. The later of two elements with the same key counts. */
  readonly elements: Map<string, Element>;
}

export interface TableDraft {
  readonly head: Pick<Table, 'family' | 'name' | 'comment' | 'handle' | 'flags'>;
  readonly chains: Map<string, ChainDraft>;
  readonly sets: Map<string, SetDraft>;
  readonly others: OtherObject[];
}

/** Tables by {@link tableKey}. */
export type TableDrafts = Map<string, TableDraft>;

/** Returns the key of a table. It holds the family, because tables of two families may have the same name. */
export const tableKey = (family: NftFamily, name: string): string => `${family} ${name}`;

/** Returns a table without parts. */
export const newTable = (head: TableDraft['head']): TableDraft => ({
  head,
  chains: new Map(),
  sets: new Map(),
  others: [],
});

/** Puts the element into the set, in place of one with the same key. */
export function putElement({ elements }: SetDraft, element: Element): void {
  elements.set(printExpression(element.key), element);
}

/** Returns the tables, with elements in the order in which nft lists them. */
export const finishedTables = (drafts: TableDrafts): Ruleset => ({
  tables: [...drafts.values()].map(({ head, chains, sets, others }) => ({
    ...head,
    sets: [...sets.values()].map((set) => ({
      ...set.head,
      elements: elementOrder(set.head, [...set.elements.values()]),
    })),
    others,
    chains: [...chains.values()].map((chain) => ({ ...chain.head, rules: chain.rules })),
  })),
});
