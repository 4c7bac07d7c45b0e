import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { type ChainRole, roleOf } from '../rules/chain-roles.ts';
import { type DifferenceKind, type PlacedRule } from './difference.ts';
import { type Owners, ownerOfChain } from './owners.ts';
import { type ChainMap } from '../rules/reachable-chains.ts';
import { type RuleIndex } from './rule-index.ts';
import { type KeyOptions } from './rule-key.ts';

/** Both sides, with all that the comparison of single chains looks up. */
export interface CompareContext {
  readonly family: IpFamily;
  readonly expected: RuleIndex;
  readonly actual: RuleIndex;
  readonly expectedOwners: Owners;
  /** What the expected side knows goes first. */
  readonly actualOwners: Owners;
  readonly keys: KeyOptions;
}

/** A difference before those of one Service are brought together. */
export interface RawDifference {
  readonly kind: DifferenceKind;
  readonly owner: string | undefined;
  readonly table: TableName;
  readonly chain: string;
  readonly message: string;
  readonly expected: readonly PlacedRule[];
  readonly actual: readonly PlacedRule[];
  /** The endpoint's chain, of differences about one endpoint. */
  readonly endpoint?: string;
}

/** One chain that is on both sides. */
export interface ChainPair {
  readonly table: TableName;
  readonly chain: string;
  readonly role: ChainRole;
  readonly owner: string | undefined;
  readonly expected: readonly Rule[];
  readonly actual: readonly Rule[];
}

const NO_CHAINS: ChainMap = new Map();

/** The chains of a table; none where the side does not have it. */
export const chainsOf = (index: RuleIndex, table: TableName): ChainMap =>
  index.tables.get(table) ?? NO_CHAINS;

/** A chain of both sides; the rules of a side that lacks it are none. */
export function chainPair(table: TableName, chain: string, context: CompareContext): ChainPair {
  return {
    table,
    chain,
    role: roleOf(table, chain),
    owner: ownerOfChain(chain, context.expectedOwners) ?? ownerOfChain(chain, context.actualOwners),
    expected: chainsOf(context.expected, table).get(chain) ?? [],
    actual: chainsOf(context.actual, table).get(chain) ?? [],
  };
}

/** A difference about one chain, whose rules stand in it. */
export function differenceIn(
  pair: Pick<ChainPair, 'table' | 'chain' | 'owner'>,
  kind: DifferenceKind,
  message: string,
  rules: { readonly expected?: readonly Rule[]; readonly actual?: readonly Rule[] },
): RawDifference {
  const { table, chain, owner } = pair;
  const placed = (list: readonly Rule[] | undefined): readonly PlacedRule[] =>
    (list ?? []).map((rule) => ({ chain, rule }));
  return {
    kind,
    owner,
    table,
    chain,
    message,
    expected: placed(rules.expected),
    actual: placed(rules.actual),
  };
}
