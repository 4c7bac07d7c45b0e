/** Compares KUBE-SERVICES and other chains in which Services may have any order. */
import { appendAll } from '../../../text/append-all.ts';
import { commentOf } from '../rules/comments.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { targetChain } from '../rules/chain-roles.ts';
import { type ChainPair, type CompareContext, type RawDifference, differenceIn } from './context.ts';
import {
  changedDifference,
  leftoverDifferences,
  missingDifference,
  pairChanged,
  unexpectedDifference,
} from './leftovers.ts';
import { isEqualChain } from './ordered-chain.ts';
import { ownerOfRule } from './owners.ts';
import { ruleKey } from './rule-key.ts';
import { ruleSubject } from './descriptions.ts';
import { listed } from '../../../text/listed.ts';
import { addToGroup } from '../../../text/groups.ts';

/** Compares a chain whose rules matter as a set; only rules for the same address and port are in order. */
export function compareShared(pair: ChainPair, context: CompareContext): readonly RawDifference[] {
  if (isEqualChain(pair, context)) return [];
  const matching = matchRules(pair, context);
  return [
    ...sharedLeftovers(pair, matching, context),
    ...portalOrder(pair, matching, context),
    ...nodePortJumpOrder(pair, matching, context),
  ];
}

interface Matching {
  /** Expected rules, and where each stands in the actual chain. */
  readonly places: ReadonlyMap<Rule, number>;
  readonly expected: readonly Rule[];
  readonly actual: readonly Rule[];
}

/** Matches rules one to one: first equal rules of the same Service, then rules with the same effect. */
function matchRules(pair: ChainPair, { keys }: CompareContext): Matching {
  const effect = (rule: Rule): string => ruleKey(rule, keys);
  const withComment = (rule: Rule): string => `${effect(rule)}${commentOf(rule) ?? ''}`;
  const places = new Map<Rule, number>();
  const taken = new Set<number>();
  const match = (rules: readonly Rule[], keyOf: (rule: Rule) => string): readonly Rule[] => {
    const free = freePlaces(pair.actual, taken, keyOf);
    return rules.filter((rule) => {
      const place = free.get(keyOf(rule))?.pop();
      if (place === undefined) return true;
      places.set(rule, place);
      taken.add(place);
      return false;
    });
  };
  const expected = match(match(pair.expected, withComment), effect);
  return { places, expected, actual: pair.actual.filter((_, at) => !taken.has(at)) };
}

/** Where rules stand that are not taken yet, by key, last place first. */
function freePlaces(
  rules: readonly Rule[],
  taken: ReadonlySet<number>,
  keyOf: (rule: Rule) => string,
): ReadonlyMap<string, number[]> {
  const free = new Map<string, number[]>();
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const rule = rules[at];
    if (rule === undefined || taken.has(at)) continue;
    const key = keyOf(rule);
    addToGroup(free, key, at);
  }
  return free;
}

/** Pairs the remaining rules: first within their Service, then with rules for the same address and port. */
function sharedLeftovers(
  pair: ChainPair,
  matching: Matching,
  context: CompareContext,
): readonly RawDifference[] {
  const raw: RawDifference[] = [];
  const groups = groupByOwner(matching, context);
  const restExpected: Rule[] = [];
  const restActual: Rule[] = [];
  for (const [owner, { expected, actual }] of groups) {
    const pairing = pairChanged(expected, actual, context);
    for (const [before, after] of pairing.changed) {
      raw.push(changedDifference({ ...pair, owner }, before, after, context));
    }
    appendAll(restExpected, pairing.expected);
    appendAll(restActual, pairing.actual);
  }
  return [...raw, ...strayDifferences(pair, restExpected, restActual, context)];
}

function groupByOwner(
  matching: Matching,
  context: CompareContext,
): ReadonlyMap<string | undefined, { readonly expected: Rule[]; readonly actual: Rule[] }> {
  const groups = new Map<string | undefined, { expected: Rule[]; actual: Rule[] }>();
  const groupOf = (owner: string | undefined): { expected: Rule[]; actual: Rule[] } => {
    const group = groups.get(owner) ?? { expected: [], actual: [] };
    groups.set(owner, group);
    return group;
  };
  for (const rule of matching.expected)
    groupOf(ownerOfRule(rule, context.expectedOwners)).expected.push(rule);
  for (const rule of matching.actual) groupOf(ownerOfRule(rule, context.actualOwners)).actual.push(rule);
  return groups;
}

function strayDifferences(
  pair: ChainPair,
  expected: readonly Rule[],
  actual: readonly Rule[],
  context: CompareContext,
): readonly RawDifference[] {
  const known = new Set(context.expectedOwners.byName.values());
  const nameless = actual.filter((rule) => ownerOfRule(rule, context.actualOwners) === undefined);
  const named = actual.filter((rule) => ownerOfRule(rule, context.actualOwners) !== undefined);
  const pairing = pairChanged(expected, nameless, context);
  const ownerOf = (rule: Rule): string | undefined => ownerOfRule(rule, context.expectedOwners);
  const ownerHere = (rule: Rule): string | undefined => {
    const owner = ownerOfRule(rule, context.actualOwners);
    return owner !== undefined && known.has(owner) ? owner : (ownerOf(rule) ?? owner);
  };
  return [
    ...pairing.changed.map(([before, after]) =>
      changedDifference({ ...pair, owner: ownerOf(before) }, before, after, context),
    ),
    ...pairing.expected.map((rule) => missingDifference({ ...pair, owner: ownerOf(rule) }, rule, context)),
    ...named.map((rule) => unexpectedDifference({ ...pair, owner: ownerHere(rule) }, rule, context)),
    ...leftoverDifferences({ ...pair, owner: undefined }, [], pairing.actual, context),
  ];
}

/** Rules of one Service for the same address and port keep their order: the first that decides hides the others. */
function portalOrder(
  pair: ChainPair,
  { places }: Matching,
  context: CompareContext,
): readonly RawDifference[] {
  const last = new Map<string, { readonly rule: Rule; readonly place: number }>();
  const raw: RawDifference[] = [];
  for (const rule of pair.expected) {
    const place = places.get(rule);
    if (place === undefined) continue;
    const owner = ownerOfRule(rule, context.expectedOwners);
    const portal = `${owner ?? ''} ${portalKey(pair, rule)}`;
    const before = last.get(portal);
    if (before !== undefined && before.place > place) {
      const message = `rules for ${ruleSubject(before.rule, context)} in ${pair.chain} stand in the wrong order`;
      const rules = [before.rule, rule];
      raw.push(
        differenceIn({ ...pair, owner }, 'wrong-order', message, {
          expected: rules,
          actual: rules.toReversed(),
        }),
      );
    }
    last.set(portal, { rule, place: Math.max(place, before?.place ?? 0) });
  }
  return raw;
}

/** KUBE-NODEPORTS of nat counts localhost's packets ahead of leading all packets on. */
function portalKey({ table, chain }: ChainPair, rule: Rule): string {
  const port = rule.matches.find((match) => match.kind === 'port')?.destination ?? '';
  const address = table === 'nat' && chain === 'KUBE-NODEPORTS' ? '' : (rule.destination?.value ?? '');
  return `${address} ${rule.protocol?.value ?? ''} ${port}`;
}

const leadsToNodePorts = (rule: Rule): boolean => targetChain(rule) === 'KUBE-NODEPORTS';

/** The jump to KUBE-NODEPORTS must be last: it would take traffic from every Service behind it. */
function nodePortJumpOrder(
  pair: ChainPair,
  { places }: Matching,
  context: CompareContext,
): readonly RawDifference[] {
  if (pair.table !== 'nat' || pair.chain !== 'KUBE-SERVICES') return [];
  const jumps = [...places].filter(([rule]) => leadsToNodePorts(rule));
  const first = jumps.reduce((least, [, place]) => Math.min(least, place), Infinity);
  const hidden = [...places].filter(([rule, place]) => !leadsToNodePorts(rule) && place > first);
  if (hidden.length === 0) return [];
  const subjects = listed([...new Set(hidden.map(([rule]) => ruleSubject(rule, context)))], 3);
  const message = `the jump to KUBE-NODEPORTS must be the last rule of KUBE-SERVICES, but stands ahead of ${subjects}`;
  const rules = jumps.map(([rule]) => rule);
  return [
    differenceIn({ ...pair, owner: undefined }, 'wrong-order', message, {
      expected: [...hidden.slice(0, 3).map(([rule]) => rule), ...rules],
      actual: [...rules, ...hidden.slice(0, 3).map(([rule]) => rule)],
    }),
  ];
}
