/** Compares chains that spread traffic over endpoints: who gets how much. */
import { type Element, type Expression, type Rule } from '../../../netfilter/nftables/model.ts';
import { listed } from '../../../text/listed.ts';
import { formatShare, fraction, type Fraction, isSame } from '../../share.ts';
import { type ChainPair, type CompareContext, endpointText, type RawDifference } from './context.ts';
import { compareOrdered, differenceIn, isEqualChain } from './ordered-chain.ts';
import { partsOf } from './owners.ts';
import { chainOf, ruleKey } from './same.ts';
import { changeOf, endpointAddress } from './descriptions.ts';

/** Who an endpoint is: the chain that leads to it, or its address where the rule itself names that. */
interface Choice {
  readonly chain: string | undefined;
  /** `ip:port`. */
  readonly address: string;
}

/** The rule that draws a number for a new connection, and the endpoint that each number stands for. */
interface Draw {
  readonly rule: Rule;
  readonly modulus: number;
  /** The endpoint of each number that is drawn. */
  readonly choices: readonly Choice[];
  /** Endpoints of numbers that are never drawn. */
  readonly idle: readonly Choice[];
  readonly isOfChains: boolean;
}

/** Compares a chain of traffic policy Cluster or Local. */
export function compareSpread(pair: ChainPair, context: CompareContext): readonly RawDifference[] {
  if (isEqualChain(pair)) return [];
  const expected = drawOf(pair.expected.rules, context);
  const actual = drawOf(pair.actual.rules, context);
  if (expected === undefined || actual === undefined) return compareOrdered(pair, context);
  const keyOf = (rule: Rule): string =>
    rule === expected.rule || rule === actual.rule ? 'the drawing rule' : ruleKey(rule);
  return [...compareDraws(pair, expected, actual), ...compareOrdered(pair, context, keyOf)];
}

function drawOf(rules: readonly Rule[], context: CompareContext): Draw | undefined {
  for (const rule of rules) {
    const drawn = numbersIn(rule);
    if (drawn?.data.kind !== 'set') continue;
    const { modulus, data } = drawn;
    const chosen = (isDrawn: boolean): readonly Choice[] =>
      data.elements
        .filter(({ key }) => (key.kind === 'number' && key.value < modulus) === isDrawn)
        .flatMap((element) => choiceOf(element, context) ?? []);
    const [choices, idle] = [chosen(true), chosen(false)];
    const isOfChains = [...choices, ...idle].some(({ chain }) => chain !== undefined);
    return { rule, modulus, choices, idle, isOfChains };
  }
  return undefined;
}

/** `ip:port` of every endpoint to which a rule spreads traffic. */
export const endpointsIn = (rule: Rule, context: CompareContext): readonly string[] =>
  drawOf([rule], context)?.choices.map(({ address }) => address) ?? [];

/** The map from random numbers to endpoints in a rule. A rule that names one endpoint draws from one number. */
function numbersIn({
  statements,
}: Rule): { readonly modulus: number; readonly data: Expression } | undefined {
  for (const statement of statements) {
    if (statement.kind === 'dnat' && statement.port !== undefined) {
      const data: Expression = { kind: 'concat', parts: [statement.address, statement.port] };
      return { modulus: 1, data: { kind: 'set', elements: [{ key: { kind: 'number', value: 0 }, data }] } };
    }
    const [key, data] =
      statement.kind === 'vmap'
        ? [statement.key, statement.data]
        : statement.kind === 'dnat' && statement.address.kind === 'map'
          ? [statement.address.key, statement.address.data]
          : [];
    if (key?.kind === 'numgen' && data !== undefined) return { modulus: key.modulus, data };
  }
  return undefined;
}

/** The endpoint that a number stands for. */
function choiceOf({ data }: Element, context: CompareContext): Choice | undefined {
  if (data === undefined) return undefined;
  const chain = chainOf(data);
  if (chain !== undefined) return { chain, address: endpointAddress(chain, context) };
  if (data.kind !== 'concat') return undefined;
  const [ip = '', port = ''] = partsOf(data);
  return { chain: undefined, address: endpointText({ ip, port }) };
}

/** The share of new connections that each endpoint gets. */
type Shares = ReadonlyMap<string, Fraction>;

function sharesOf({ modulus, choices }: Draw, keyOf: (choice: Choice) => string): Shares {
  const counts = new Map<string, number>();
  for (const choice of choices) counts.set(keyOf(choice), (counts.get(keyOf(choice)) ?? 0) + 1);
  return new Map([...counts].map(([key, count]) => [key, fraction(BigInt(count), BigInt(modulus))]));
}

function compareDraws(pair: ChainPair, expected: Draw, actual: Draw): readonly RawDifference[] {
  const isSameForm = expected.isOfChains === actual.isOfChains;
  const keyOf = ({ chain, address }: Choice): string => (isSameForm ? (chain ?? address) : address);
  const [expectedShares, actualShares] = [sharesOf(expected, keyOf), sharesOf(actual, keyOf)];
  const missing = expected.choices.filter((choice) => !actualShares.has(keyOf(choice)));
  const stale = uniqueBy(
    actual.choices.filter((choice) => !expectedShares.has(keyOf(choice))),
    keyOf,
  );
  const lost = fraction(BigInt(actual.modulus - actual.choices.length), BigInt(actual.modulus));
  const rules = { expected: [expected.rule], actual: [actual.rule] };
  const raw = [
    ...missing.map((choice) => missingEndpoint(pair, choice, { expected, actual }, lossWords(lost))),
    ...stale.map((choice) => staleEndpoint(pair, choice, rules, actualShares.get(keyOf(choice)))),
  ];
  const isSameSet = missing.length + stale.length === 0;
  if (isSameSet && areUnlike(expectedShares, actualShares)) {
    const addressOf = new Map(expected.choices.map((one) => [keyOf(one), one.address]));
    const unlike = describeShares(expectedShares, actualShares, addressOf);
    const message = `traffic is not spread evenly: ${unlike}${lossWords(lost)}`;
    raw.push(differenceIn(pair, 'wrong-probability', message, rules));
  }
  const { count, words, summary } = changeOf(withoutData(expected.rule), withoutData(actual.rule));
  if (isSameForm && count > 0) {
    const message = `the rule that spreads traffic over endpoints in ${pair.name} was changed: ${words}`;
    raw.push({ ...differenceIn(pair, 'changed-rule', message, rules), change: summary });
  }
  if (!isSameForm && isSameSet) raw.push(otherForm(pair, rules));
  return raw;
}

interface Rules {
  readonly expected: readonly Rule[];
  readonly actual: readonly Rule[];
}

/** The two ways to lead to endpoints: through chains, which session affinity needs, or at once. */
const otherForm = (pair: ChainPair, rules: Rules): RawDifference => ({
  ...differenceIn(
    pair,
    'changed-rule',
    `the rule that spreads traffic over endpoints in ${pair.name} leads to them in another way`,
    rules,
  ),
  isAffinity: true,
});

const areUnlike = (expected: Shares, actual: Shares): boolean =>
  [...expected].some(([key, share]) => !isSame(share, actual.get(key) ?? NOTHING));

const NOTHING = fraction(0n, 1n);

function uniqueBy(choices: readonly Choice[], keyOf: (choice: Choice) => string): readonly Choice[] {
  return [...new Map(choices.map((choice) => [keyOf(choice), choice])).values()];
}

const lossWords = (lost: Fraction): string =>
  lost.numerator === 0n ? '' : `; ${formatShare(lost)} of new connections reach no endpoint at all`;

/** `10.0.0.1:80 gets 1/4 (25%) instead of 1/3 (33.33%), ...` */
function describeShares(expected: Shares, actual: Shares, addressOf: ReadonlyMap<string, string>): string {
  const unlike = [...expected].flatMap(([key, wanted]) => {
    const share = actual.get(key) ?? NOTHING;
    return isSame(wanted, share)
      ? []
      : [`${addressOf.get(key) ?? key} gets ${formatShare(share)} instead of ${formatShare(wanted)}`];
  });
  return listed(unlike);
}

const policyOf = ({ name }: ChainPair): string =>
  name.startsWith('local-') ? ' of traffic policy Local' : '';

function missingEndpoint(
  pair: ChainPair,
  { chain, address }: Choice,
  { expected, actual }: { readonly expected: Draw; readonly actual: Draw },
  loss: string,
): RawDifference {
  const isKnown =
    actual.idle.some((idle) => idle.address === address) ||
    (chain !== undefined && pair.actual.rules.some((rule) => leadsTo(rule, chain)));
  const gone = isKnown
    ? `endpoint ${address} gets no new connections${policyOf(pair)}`
    : `endpoint ${address} is missing on the node`;
  const rules = { expected: [expected.rule], actual: [actual.rule] };
  return { ...differenceIn(pair, 'missing-endpoint', `${gone}${loss}`, rules), endpoint: address };
}

const leadsTo = ({ statements }: Rule, chain: string): boolean => chainOf(statements.at(-1)) === chain;

function staleEndpoint(
  pair: ChainPair,
  { address }: Choice,
  rules: Rules,
  share: Fraction | undefined,
): RawDifference {
  const message = `endpoint ${address} is stale, but still gets ${formatShare(share)} of the traffic${policyOf(pair)}`;
  return { ...differenceIn(pair, 'stale-endpoint', message, rules), endpoint: address };
}

/** The rule with the same number and the same endpoints on both sides, so that only the rest is compared. */
function withoutData(rule: Rule): Rule {
  const none: Expression = { kind: 'set', elements: [] };
  const keyOf = (key: Expression): Expression => (key.kind === 'numgen' ? { ...key, modulus: 1 } : key);
  return {
    statements: rule.statements.map((statement) => {
      if (statement.kind === 'vmap') return { ...statement, key: keyOf(statement.key), data: none };
      if (statement.kind !== 'dnat') return statement;
      const key = statement.address.kind === 'map' ? keyOf(statement.address.key) : DRAWN;
      return { kind: 'dnat', address: { kind: 'map', key, data: none } };
    }),
  };
}

const DRAWN: Expression = { kind: 'numgen', mode: 'random', modulus: 1, offset: 0 };
