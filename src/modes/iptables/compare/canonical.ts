import { roleOf, targetChain } from '../rules/chain-roles.ts';
import { commentedName } from '../rules/comments.ts';
import {
  type Chain,
  type Rule,
  type RuleSet,
  type Table,
  type TableName,
} from '../../../netfilter/iptables/model.ts';
import { compareText } from '../../../text/natural-order.ts';
import { isOwnRule } from './built-in-chain.ts';
import { ruleKey } from './rule-key.ts';

/**
 * The rules with all that has no meaning brought into one form: only kube-proxy's chains and its rules in built-in
 * ones, chains by name, Services in shared chains by address and port. Policies and counters are other software's and
 * are left out.
 */
export function canonicalRules(ruleSet: RuleSet): RuleSet {
  const tables = new Map<TableName, Table>();
  for (const table of ruleSet.tables) {
    const canonical = canonicalTable(table);
    const other = tables.get(table.name);
    if (other === undefined || other.chains.length < canonical.chains.length)
      tables.set(table.name, canonical);
  }
  const kept = [...tables.values()].filter(({ chains }) => chains.some(isOwn));
  return { family: ruleSet.family, tables: kept.sort((a, b) => compareText(a.name, b.name)) };
}

/** Built-in chains that hold a rule of kube-proxy's, and chains that are its own. */
const isOwn = ({ policy, rules }: Chain): boolean => policy === undefined || rules.length > 0;

function canonicalTable({ name, chains }: Table): Table {
  const kept = chains.flatMap((chain): readonly Chain[] => {
    switch (roleOf(name, chain.name)) {
      case 'foreign':
        return [];
      case 'built-in':
        return [{ name: chain.name, policy: 'ACCEPT', rules: ownJumps(name, chain.rules) }];
      case 'shared':
        return [{ name: chain.name, rules: byPortal(name, chain) }];
      case 'standing':
      case 'endpoint':
      case 'service':
      case 'local':
      case 'external':
      case 'firewall':
      case 'balancer':
        return [{ name: chain.name, rules: chain.rules }];
    }
  });
  const builtIn = kept.filter(({ policy }) => policy !== undefined);
  const own = kept.filter(({ policy }) => policy === undefined);
  return { name, chains: [...builtIn, ...own.sort((a, b) => compareText(a.name, b.name))] };
}

const ownJumps = (table: TableName, rules: readonly Rule[]): readonly Rule[] =>
  rules
    .filter((rule) => isOwnRule({ table }, rule))
    .map((rule) => ({ rule, key: `${targetChain(rule) ?? ''} ${ruleKey(rule)}` }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ rule }) => rule);

/**
 * Sorts rules by address and port. Rules without a port stay before the others if they were before them, else
 * after them.
 */
function byPortal(table: TableName, { name, rules }: Chain): readonly Rule[] {
  const hasAddress = !(table === 'nat' && name === 'KUBE-NODEPORTS');
  const portals: { readonly rule: Rule; readonly key: string }[] = [];
  const ahead: Rule[] = [];
  const behind: Rule[] = [];
  const lastPortal = rules.findLastIndex((rule) => portOf(rule) !== undefined);
  rules.forEach((rule, at) => {
    const port = portOf(rule);
    if (port === undefined) (at < lastPortal ? ahead : behind).push(rule);
    else {
      const address = hasAddress ? (rule.destination?.value ?? '') : '';
      const name = commentedName(rule) ?? '';
      portals.push({ rule, key: [address, rule.protocol?.value ?? '', port, name].join(' ') });
    }
  });
  const sorted = portals.sort((a, b) => compareText(a.key, b.key)).map(({ rule }) => rule);
  return [...ahead, ...sorted, ...behind];
}

const portOf = (rule: Rule): number | undefined =>
  rule.matches.find((match) => match.kind === 'port')?.destination;
