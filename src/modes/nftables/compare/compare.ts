import { type Ruleset } from '../../../netfilter/nftables/model.ts';
import { groupBy } from '../../../text/groups.ts';
import { type Comparison, type Difference } from '../../comparison.ts';
import { type CompareOptions } from '../../mode.ts';
import { worstFirst } from '../../worst-first.ts';
import { type NftDump } from '../dump.ts';
import { ownTable } from '../own-table.ts';
import { TABLE_NAME } from '../rules/build.ts';
import { familyName } from '../rules/pieces.ts';
import { type CompareContext, type RawDifference } from './context.ts';
import { foldDifferences } from './fold.ts';
import { findNotes } from './notes.ts';
import { compareExpected, findUnexpected } from './objects.ts';
import { readOwners } from './owners.ts';
import { type NftPart } from './part.ts';
import { portFacts } from './port-facts.ts';
import { reachableObjects, sideOf } from './side.ts';

/**
 * Compares kube-proxy's table as it should be with that of a node, by meaning: chains and sets are the same
 * when their names are, elements when their keys are, rules when they do the same to every packet. Linear in
 * the number of objects where both sides agree.
 */
export function compareTables(
  expected: Ruleset,
  dump: NftDump,
  { strict = false }: CompareOptions,
): Comparison<NftPart> {
  const context = contextOf(expected, dump);
  const { used, leftovers } = findUnexpected(context, reachableObjects(context.actual));
  const raw = [...compareExpected(context), ...used, ...(strict ? leftovers : [])];
  const isThere = ownTable(dump) !== undefined;
  const told = isThere ? raw : withoutTable(raw, dump);
  const kept = strict ? [] : leftovers.map(({ chain }) => chain);
  return {
    differences: worstFirst(foldDifferences(told, context).map(asDifference)),
    notes: findNotes(
      kept,
      dump.ruleset.tables.filter(({ family }) => family === familyName(dump.family)),
    ),
    servicePorts: [...portFacts(context.expected, context).keys()],
    leftovers: kept,
  };
}

function contextOf(model: Ruleset, dump: NftDump): CompareContext {
  const { family } = dump;
  const expected = sideOf(ownTable({ family, ruleset: model }));
  const actual = sideOf(ownTable(dump));
  return {
    family,
    expected,
    actual,
    owners: readOwners([expected, actual], family),
    withoutDynamic: !dump.tellsDynamic,
  };
}

/** One difference for the node instead of one for each chain and set; Services are told one by one. */
function withoutTable(raw: readonly RawDifference[], { family }: NftDump): readonly RawDifference[] {
  const groups = groupBy(raw, ({ owner }) => owner === undefined);
  const name = `${familyName(family)} ${TABLE_NAME}`;
  const missing: RawDifference = {
    kind: 'missing-chain',
    owner: undefined,
    chain: '',
    message: `table ${name} is not on this node: no kube-proxy of mode nftables has written rules for ${family}`,
    expected: [{ kind: 'table' }],
    actual: [],
  };
  return [missing, ...(groups.get(false) ?? [])];
}

const asDifference = ({
  kind,
  owner,
  chain,
  message,
  expected,
  actual,
}: RawDifference): Difference<NftPart> => ({
  kind,
  service: owner,
  table: TABLE_NAME,
  chain,
  message,
  expected,
  actual,
});
