import { type Chain, type Negatable, type Rule, type RuleSet, type Table, type TableName } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { printMatch } from './match-codecs.ts';
import { printTarget } from './target-codecs.ts';

/** Fixed, because the kernel's own order of tables depends on which was made first. */
const TABLE_ORDER: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat', 'security'];

/**
 * What `iptables-save` prints with these rules loaded, byte for byte, without the `#` lines and with all counters
 * zero. Tables come in a fixed order; user chains are sorted by name, rules stand in the order of their chains.
 */
export function printSave(ruleSet: RuleSet): string {
  const lines: string[] = [];
  for (const table of inTableOrder(ruleSet.tables)) {
    const chains = inPrintOrder(table.chains);
    lines.push(`*${table.name}`);
    for (const chain of chains) lines.push(`:${chain.name} ${chain.policy ?? '-'} [0:0]`);
    for (const chain of chains) {
      for (const rule of chain.rules) lines.push(printRule(chain.name, rule, ruleSet.family));
    }
    lines.push('COMMIT');
  }
  return asText(lines);
}

/** One rule as iptables-save prints it: `-A CHAIN` and what the rule says, in iptables' own order. */
export const printRule = (chain: string, rule: Rule, family: IpFamily): string =>
  `-A ${chain}${ruleBody(rule, family)}`;

/** The order is that of save_rule_details: addresses, interfaces, protocol, matches as loaded, target. */
function ruleBody(rule: Rule, family: IpFamily): string {
  const parts = [''];
  if (rule.source !== undefined) parts.push(header('-s', rule.source));
  if (rule.destination !== undefined) parts.push(header('-d', rule.destination));
  if (rule.inInterface !== undefined) parts.push(header('-i', rule.inInterface));
  if (rule.outInterface !== undefined) parts.push(header('-o', rule.outInterface));
  if (rule.protocol !== undefined) parts.push(header('-p', rule.protocol));
  if (rule.fragment !== undefined) parts.push(rule.fragment.negated === true ? '! -f' : '-f');
  for (const match of rule.matches) parts.push(printMatch(match, family));
  if (rule.target !== undefined) parts.push(printTarget(rule.target));
  return parts.join(' ');
}

const header = (option: string, value: Negatable<string>): string =>
  value.negated === true ? `! ${option} ${value.value}` : `${option} ${value.value}`;

/** Tables in the order in which they are printed. */
export function inTableOrder(tables: readonly Table[]): readonly Table[] {
  return [...tables].sort((a, b) => TABLE_ORDER.indexOf(a.name) - TABLE_ORDER.indexOf(b.name));
}

/** Built-in chains as given (hook order), then user chains by name. */
export function inPrintOrder(chains: readonly Chain[]): readonly Chain[] {
  const userChains = chains.filter((chain) => !isBuiltIn(chain));
  return [...chains.filter(isBuiltIn), ...userChains.sort(byName)];
}

/** By bytes, as iptables sorts; chain names that iptables accepts from kube-proxy are ASCII. */
const byName = (a: Chain, b: Chain): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Whether the kernel made the chain. */
export const isBuiltIn = (chain: Chain): boolean => chain.policy !== undefined;

const asText = (lines: readonly string[]): string => (lines.length === 0 ? '' : `${lines.join('\n')}\n`);
