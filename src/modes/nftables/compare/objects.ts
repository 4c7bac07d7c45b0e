/** Compares kube-proxy's table object by object: chains, sets and maps that are there, missing or not expected. */
import { type Chain, type NamedSet } from '../../../netfilter/nftables/model.ts';
import { setKind } from '../../../netfilter/nftables/set-text.ts';
import { type ChainPair, type CompareContext, type RawDifference, rulesIn } from './context.ts';
import { compareOrdered, isEqualChain } from './ordered-chain.ts';
import { type NftPart } from './part.ts';
import { compareSet, objectFacts } from './sets.ts';
import { usedBy } from './side.ts';
import { compareSpread } from './spread-chain.ts';
import { endpointAddress, hookWords } from './descriptions.ts';

/** Returns the differences for everything that is expected. */
export function compareExpected(context: CompareContext): readonly RawDifference[] {
  const { expected, actual } = context;
  const chains = [...expected.chains.values()].flatMap((chain) => {
    const found = actual.chains.get(chain.name);
    return found === undefined ? [missingChain(chain, context)] : compareChain(chain, found, context);
  });
  const sets = [...expected.sets.values()].flatMap((set) => {
    const found = actual.sets.get(set.name);
    return found === undefined ? [missingSet(set, context)] : compareSet(set, found, context);
  });
  return [...chains, ...sets];
}

function compareChain(expected: Chain, actual: Chain, context: CompareContext): readonly RawDifference[] {
  const name = context.owners.nameOf(expected.name);
  const pair: ChainPair = { name: expected.name, owner: name?.label, expected, actual };
  const hooks = compareHooks(pair);
  if (isEqualChain(pair)) return hooks;
  const isSpread = name?.role === 'service' || name?.role === 'local';
  const rules = isSpread ? compareSpread(pair, context) : compareOrdered(pair, context);
  return name?.role === 'endpoint'
    ? [...hooks, ...rules.map((each) => ({ ...each, ...endpointOf(expected.name, context) }))]
    : [...hooks, ...rules];
}

/** Where the kernel calls a chain, at which priority, and what becomes of packets that no rule decides about. */
function compareHooks({ name, owner, expected, actual }: ChainPair): readonly RawDifference[] {
  const [expectedHook, actualHook] = [
    expected.hook && hookWords(expected.hook),
    actual.hook && hookWords(actual.hook),
  ];
  if (expectedHook === actualHook) return [];
  const is = actualHook === undefined ? 'is called by no hook' : `is a base chain with "${actualHook}"`;
  const should = expectedHook === undefined ? 'none is expected' : `"${expectedHook}" is expected`;
  return [
    {
      kind: 'changed-rule',
      owner,
      chain: name,
      message: `chain ${name} ${is}, but ${should}`,
      expected: [{ kind: 'chain', chain: expected }],
      actual: [{ kind: 'chain', chain: actual }],
    },
  ];
}

/** Of the chain or set of an endpoint: which one it is. */
function endpointOf(object: string, context: CompareContext): Pick<RawDifference, 'endpoint'> {
  const role = context.owners.nameOf(object)?.role;
  if (role !== 'endpoint' && role !== 'affinity') return {};
  // Both have the same name behind the prefix.
  return { endpoint: endpointAddress(object.replace(/^affinity-/, 'endpoint-'), context) };
}

const chainParts = (chain: Chain): readonly NftPart[] => [
  { kind: 'chain', chain },
  ...rulesIn(chain.name, chain.rules),
];

const setParts = (set: NamedSet): readonly NftPart[] => [
  { kind: 'set', set },
  ...set.elements.map((element): NftPart => ({ kind: 'element', set: set.name, element })),
];

function missingChain(chain: Chain, context: CompareContext): RawDifference {
  return {
    ...objectFacts(chain.name, context),
    ...endpointOf(chain.name, context),
    kind: 'missing-chain',
    chain: chain.name,
    message: `chain ${chain.name} is missing`,
    expected: chainParts(chain),
    actual: [],
    object: chain.name,
    leadsTo: chain.rules.flatMap(usedBy),
  };
}

const missingSet = (set: NamedSet, context: CompareContext): RawDifference => ({
  ...objectFacts(set.name, context),
  ...endpointOf(set.name, context),
  kind: 'missing-chain',
  chain: set.name,
  message: `${setKind(set)} ${set.name} is missing`,
  expected: setParts(set),
  actual: [],
  object: set.name,
});

/** What is on the node and not expected: what packets come to, and what nothing leads to. */
export interface Unexpected {
  readonly used: readonly RawDifference[];
  readonly leftovers: readonly RawDifference[];
}

/** Finds chains and sets that are not expected. Empty chains of Services are none: kube-proxy deletes them later. */
export function findUnexpected(context: CompareContext, reachable: ReadonlySet<string>): Unexpected {
  const { expected, actual } = context;
  const chains = [...actual.chains.values()]
    .filter(({ name, rules }) => !expected.chains.has(name) && (rules.length > 0 || !name.includes('/')))
    .map((chain) => unexpectedObject(chain.name, 'chain', chainParts(chain), context));
  const sets = [...actual.sets.values()]
    .filter(({ name }) => !expected.sets.has(name))
    .map((set) => unexpectedObject(set.name, setKind(set), setParts(set), context));
  const all = [...chains, ...sets];
  return {
    used: all.filter(({ chain }) => reachable.has(chain)),
    leftovers: all.filter(({ chain }) => !reachable.has(chain)),
  };
}

const unexpectedObject = (
  name: string,
  kind: string,
  parts: readonly NftPart[],
  context: CompareContext,
): RawDifference => ({
  ...objectFacts(name, context),
  ...endpointOf(name, context),
  kind: 'unexpected-chain',
  chain: name,
  message: `${kind} ${name} is not expected`,
  expected: [],
  actual: parts,
  object: name,
});
