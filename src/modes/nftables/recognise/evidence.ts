/** Collects what kube-proxy's table shows, in the form that the recognition needs. */
import {
  type Chain,
  type Element,
  type Expression,
  type NamedSet,
  type Rule,
  type Statement,
  type Table,
} from '../../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { parseObjectName, type PortRole } from '../rules/parse-names.ts';

/** A chain of a service port, and what it is for. */
export interface PortChain {
  readonly role: PortRole;
  readonly chain: Chain;
}

/** What kube-proxy's table shows. */
export interface Evidence {
  readonly family: IpFamily;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, NamedSet>;
  /** Chains of service ports that hold rules: empty ones are left over. */
  readonly portChains: readonly PortChain[];
}

/** Reads the evidence off a table. */
export function readEvidence(table: Table, family: IpFamily): Evidence {
  return {
    family,
    chains: new Map(table.chains.map((chain) => [chain.name, chain])),
    sets: new Map(table.sets.map((set) => [set.name, set])),
    portChains: table.chains.flatMap((chain) => {
      const role = chain.rules.length === 0 ? undefined : parseObjectName(chain.name, family)?.role;
      return role === undefined ? [] : [{ role, chain }];
    }),
  };
}

/** The rules of a chain; none when it is not there. */
export const rulesOf = ({ chains }: Evidence, name: string): readonly Rule[] => chains.get(name)?.rules ?? [];

/** The elements of a set or a map; none when it is not there. */
export const elementsOf = ({ sets }: Evidence, name: string): readonly Element[] =>
  sets.get(name)?.elements ?? [];

/** The text of a word; undefined for other expressions. */
export const wordOf = (expression: Expression | undefined): string | undefined =>
  expression?.kind === 'word' ? expression.text : undefined;

type Match = Extract<Statement, { readonly kind: 'match' }>;

/** Whether an expression is a field of the address header: `ip daddr`, `ip6 saddr`. */
export const isAddressField = (expression: Expression, field: 'saddr' | 'daddr'): boolean =>
  expression.kind === 'payload' &&
  (expression.protocol === 'ip' || expression.protocol === 'ip6') &&
  expression.field === field;

/** The statement with which a rule asks for something; undefined when no statement does. */
export function matchIn(rule: Rule, isWanted: (match: Match) => boolean): Match | undefined {
  for (const statement of rule.statements) {
    if (statement.kind === 'match' && isWanted(statement)) return statement;
  }
  return undefined;
}

/** Whether the rule asks for a destination in a named set. */
export const asksForSet = (rule: Rule, name: string): boolean =>
  matchIn(
    rule,
    ({ left, right }) =>
      isAddressField(left, 'daddr') && right.kind === 'set-reference' && right.name === name,
  ) !== undefined;

/** The mark that a rule sets by itself, or changes with the operator. */
export function markIn(rule: Rule, operator: '|' | '^'): number | undefined {
  for (const statement of rule.statements) {
    if (statement.kind !== 'mangle' || statement.value.kind !== 'binary') continue;
    const { operator: used, right } = statement.value;
    if (used === operator && right.kind === 'mark') return right.value;
  }
  return undefined;
}

/** The chain in which releases up to 1.35 mark packets for masquerading. */
export const MARKING_CHAIN = 'mark-for-masquerade';

/** Whether a rule marks packets for masquerading, by itself or in a chain for that. */
export const marks = (rule: Rule): boolean =>
  markIn(rule, '|') !== undefined ||
  rule.statements.some((statement) => statement.kind === 'jump' && statement.chain === MARKING_CHAIN);

/** The rule of a spread chain that masquerades traffic to its cluster IP; undefined where it has none. */
export const clusterIpRule = ({ chain }: PortChain): Rule | undefined =>
  chain.rules.find(
    (rule) =>
      marks(rule) &&
      matchIn(rule, ({ left, operator }) => operator === '==' && isAddressField(left, 'daddr')) !== undefined,
  );

/** Whether a chain spreads traffic over endpoints. */
export const isSpread = ({ role }: PortChain): boolean => role === 'service' || role === 'local';
