import { appendAll } from '../../../text/append-all.ts';
import { type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';
import { compareBuiltIn, isOwnRule } from './built-in-chain.ts';
import { calledChain, isKubelets, roleOf } from '../rules/chain-roles.ts';
import {
  chainPair,
  type ChainPair,
  chainsOf,
  type CompareContext,
  type RawDifference,
  differenceIn,
} from './context.ts';
import { type Comparison, type Difference, type DifferenceKind, type PlacedRule } from './difference.ts';
import { foldDifferences } from './fold.ts';
import { findNotes } from './notes.ts';
import { compareOrdered } from './ordered-chain.ts';
import { readOwners } from './owners.ts';
import { reachableChains } from '../rules/reachable-chains.ts';
import { indexRules } from './rule-index.ts';
import { compareShared } from './shared-chain.ts';
import { compareSpread, isSpread } from './spread-chain.ts';
import { foldUnread } from './unread-fields.ts';
import { worstFirst } from '../../worst-first.ts';
import { endpointAddress } from './descriptions.ts';

/** What to compare, and how strictly. */
export interface CompareOptions {
  /** Only these tables; absent: all that kube-proxy uses. */
  readonly tables?: readonly string[] | undefined;
  /** Tables of which the actual side holds some chains only: the others are not missed. */
  readonly partialTables?: ReadonlySet<TableName>;
  /** Chains, as `table chain`, of which the actual side holds some rules only: the others are not missed. */
  readonly partialChains?: ReadonlySet<string>;
  /** The actual side is one table's list: the other tables are not missed. */
  readonly mayLackTables?: boolean;
  /** The actual side does not tell interfaces. */
  readonly withoutInterfaces?: boolean;
  /** Chains that nothing leads to are differences, too. */
  readonly strict?: boolean;
}

/**
 * Compares what should be on a node with what is, by meaning: chains are the same when their names are, rules when
 * they do the same to every packet. Linear in the number of rules where both sides agree.
 */
export function compareRules(expected: RuleSet, actual: RuleSet, options: CompareOptions = {}): Comparison {
  const context = contextOf(expected, actual, options);
  const raw: RawDifference[] = [];
  const leftovers: string[] = [];
  for (const table of comparedTables(context, options)) {
    if (!context.actual.tables.has(table)) raw.push(missingTable(table, context));
    else if (chainsOf(context.actual, table).size === 0) appendAll(raw, emptyTable(table, context));
    else appendAll(raw, compareTable(table, context, options));
    const unused = unusedChains(table, context);
    appendAll(
      raw,
      unused.used.map((chain) => unexpectedChain(table, chain, context)),
    );
    if (options.strict === true) {
      appendAll(
        raw,
        unused.leftovers.map((chain) => unexpectedChain(table, chain, context)),
      );
    }
    appendAll(leftovers, unused.leftovers);
  }
  const differences = worstFirst(foldDifferences(foldUnread(raw, context), context).map(asDifference));
  return {
    differences,
    notes: findNotes(options.strict === true ? [] : leftovers, context),
    servicePorts: [...new Set(context.expectedOwners.byName.values())],
    leftovers: options.strict === true ? [] : leftovers,
  };
}

function contextOf(expected: RuleSet, actual: RuleSet, options: CompareOptions): CompareContext {
  const expectedIndex = indexRules(expected);
  const actualIndex = indexRules(actual);
  const expectedOwners = readOwners(expectedIndex);
  return {
    family: expected.family,
    expected: expectedIndex,
    actual: actualIndex,
    expectedOwners,
    actualOwners: readOwners(actualIndex, expectedOwners),
    keys: { withoutInterfaces: options.withoutInterfaces === true },
  };
}

const TABLES: readonly TableName[] = ['nat', 'filter', 'mangle'];

function comparedTables(context: CompareContext, options: CompareOptions): readonly TableName[] {
  return TABLES.filter((table) => {
    if (options.tables?.includes(table) === false) return false;
    if (!context.expected.tables.has(table)) return context.actual.tables.has(table);
    return options.mayLackTables !== true || context.actual.tables.has(table);
  });
}

function compareTable(
  table: TableName,
  context: CompareContext,
  options: CompareOptions,
): readonly RawDifference[] {
  const isPartial = options.partialTables?.has(table) === true;
  const raw: RawDifference[] = [];
  for (const chain of chainsOf(context.expected, table).keys()) {
    const role = roleOf(table, chain);
    if (role === 'foreign') continue;
    const isThere = chainsOf(context.actual, table).has(chain);
    if (!isThere && isPartial) continue;
    if (!isThere && role !== 'built-in') raw.push(missingChain(table, chain, context));
    else if (options.partialChains?.has(`${table} ${chain}`) === true)
      appendAll(
        raw,
        compareChain(table, chain, context).filter(({ kind }) => !MISSING.has(kind)),
      );
    else appendAll(raw, compareChain(table, chain, context));
  }
  // Jumps out of built-in chains from which none is expected.
  for (const chain of chainsOf(context.actual, table).keys()) {
    const isExtra = roleOf(table, chain) === 'built-in' && !chainsOf(context.expected, table).has(chain);
    if (isExtra) appendAll(raw, compareChain(table, chain, context));
  }
  return raw;
}

/** Kinds of differences that are not reported for a chain that the dump holds only in part. */
const MISSING: ReadonlySet<DifferenceKind> = new Set(['missing-rule', 'missing-jump', 'missing-endpoint']);

function compareChain(table: TableName, chain: string, context: CompareContext): readonly RawDifference[] {
  const pair = chainPair(table, chain, context);
  if (isEmptyMarkDrop(pair, context)) return [];
  if (pair.role === 'built-in') return compareBuiltIn(pair, context);
  if (pair.role === 'shared') return compareShared(pair, context);
  return isSpread(chain) ? compareSpread(pair, context) : compareOrdered(pair, context);
}

/**
 * kubelet fills KUBE-MARK-DROP, for IPv4 alone on some nodes (1.23.3); kube-proxy only makes sure that the chain is
 * there. (syncNetworkUtil, pkg/kubelet; EnsureChain in syncProxyRules)
 */
const isEmptyMarkDrop = ({ chain, actual }: ChainPair, { family }: CompareContext): boolean =>
  family === 'IPv6' && chain === 'KUBE-MARK-DROP' && actual.length === 0;

function missingTable(table: TableName, context: CompareContext): RawDifference {
  const chains = [...chainsOf(context.expected, table).keys()].filter(
    (chain) => !['built-in', 'foreign'].includes(roleOf(table, chain)),
  );
  const message = `table ${table} is not in the dump at all (a dump of other tables only: name these with -t)`;
  const pair = {
    table,
    chain: chains.find((chain) => roleOf(table, chain) === 'shared') ?? chains[0] ?? '',
    owner: undefined,
  };
  return differenceIn(pair, 'missing-chain', message, {});
}

/**
 * Handles a table without any chain, not even built-in ones. Returns one difference for the node's own rules,
 * and differences for each Service.
 */
function emptyTable(table: TableName, context: CompareContext): readonly RawDifference[] {
  const own: PlacedRule[] = [];
  const ofServices: RawDifference[] = [];
  for (const [chain, rules] of chainsOf(context.expected, table)) {
    const pair = chainPair(table, chain, context);
    if (pair.role === 'built-in' || pair.role === 'standing') {
      const ownRules = pair.role === 'standing' ? rules : rules.filter((rule) => isOwnRule(pair, rule));
      appendAll(
        own,
        ownRules.map((rule) => ({ chain, rule })),
      );
    } else if (pair.role === 'shared') {
      const raw = compareShared(pair, context);
      appendAll(
        own,
        raw.flatMap(({ owner, expected }) => (owner === undefined ? expected : [])),
      );
      appendAll(
        ofServices,
        raw.filter(({ owner }) => owner !== undefined),
      );
    } else if (pair.role !== 'foreign') ofServices.push(missingChain(table, chain, context));
  }
  const node = missingTable(table, context);
  const message = `table ${table} is empty on this node: none of kube-proxy's chains and jumps is in it`;
  return [{ ...node, message, expected: own }, ...ofServices];
}

function missingChain(table: TableName, chain: string, context: CompareContext): RawDifference {
  const pair = chainPair(table, chain, context);
  const what = pair.role === 'endpoint' ? ` of endpoint ${endpointAddress(chain, context)}` : '';
  const each = differenceIn(
    pair,
    'missing-chain',
    `chain ${calledChain(chain, pair.expected)}${what} is missing in table ${table}`,
    {
      expected: pair.expected,
    },
  );
  return pair.role === 'endpoint' ? { ...each, endpoint: chain } : each;
}

/** Chains of kube-proxy's that are not expected: those that packets get to, and those that nothing leads to. */
function unusedChains(
  table: TableName,
  context: CompareContext,
): { readonly used: readonly string[]; readonly leftovers: readonly string[] } {
  const expected = chainsOf(context.expected, table);
  const actual = chainsOf(context.actual, table);
  const extra = [...actual.keys()].filter(
    (chain) =>
      !expected.has(chain) && !['built-in', 'foreign'].includes(roleOf(table, chain)) && !isKubelets(chain),
  );
  if (extra.length === 0) return { used: [], leftovers: [] };
  const reachable = reachableChains(actual);
  return {
    used: extra.filter((chain) => reachable.has(chain)),
    leftovers: extra.filter((chain) => !reachable.has(chain)),
  };
}

function unexpectedChain(table: TableName, chain: string, context: CompareContext): RawDifference {
  const pair = chainPair(table, chain, context);
  const what = pair.role === 'endpoint' ? ` of endpoint ${endpointAddress(chain, context)}` : '';
  const message = `chain ${chain}${what} in table ${table} is not expected`;
  const each = differenceIn(pair, 'unexpected-chain', message, { actual: pair.actual });
  const endpoint = pair.role === 'endpoint' ? { endpoint: chain } : {};
  return { ...each, ...endpoint };
}

const asDifference = ({ owner, ...each }: RawDifference): Difference => ({
  kind: each.kind,
  service: owner,
  table: each.table,
  chain: each.chain,
  message: each.message,
  expected: each.expected,
  actual: each.actual,
});
