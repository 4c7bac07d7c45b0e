import { type IpFamily } from '../../text/ip.ts';
import { printMatch } from './match-codecs.ts';
import { type Chain, type Negatable, type Rule, type RuleSet, type TableName } from './model.ts';
import { keepOfRules } from './streamed-rules.ts';
import { printTarget } from './target-codecs.ts';

/** Fixed, because the kernel's own order of tables depends on which was made first. */
const TABLE_ORDER: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat', 'security'];

/**
 * What `iptables-save` prints with these rules loaded, byte for byte, without the `#` lines and with all counters
 * zero. Tables come in a fixed order; user chains are sorted by name, rules stand in the order of their chains.
 */
export function printSave(ruleSet: RuleSet): string {
  const { family } = ruleSet;
  const tables = keepOfRules<string>(ruleSet, (before, chain, rules) => {
    const lines = printRules(chain, rules, family);
    return before === undefined ? lines : before + lines;
  });
  const pieces: string[] = [];
  for (const { name, builtIn, own } of inTableOrder(tables)) {
    pieces.push(`*${name}\n`);
    for (const { name: chain, policy } of builtIn) pieces.push(`:${chain} ${policy} [0:0]\n`);
    const names = [...own.keys()].sort();
    if (names.length > 0) pieces.push(`:${names.join(' - [0:0]\n:')} - [0:0]\n`);
    for (const { kept } of builtIn) pieces.push(kept);
    for (const chain of names) pieces.push(own.get(chain) ?? '');
    pieces.push('COMMIT\n');
  }
  return pieces.join('');
}

/** Returns one flat text: strings that are still to be put together take several times the memory. */
function printRules(chain: string, rules: readonly Rule[], family: IpFamily): string {
  const lines: string[] = [];
  for (const rule of rules) lines.push(printRule(chain, rule, family), '\n');
  return lines.join('');
}

/** One rule as iptables-save prints it: `-A CHAIN` and what the rule says, in iptables' own order. */
export const printRule = (chain: string, rule: Rule, family: IpFamily): string =>
  `-A ${chain}${ruleBody(rule, family)}`;

/** The order is that of save_rule_details: addresses, interfaces, protocol, matches as loaded, target. */
function ruleBody(rule: Rule, family: IpFamily): string {
  let body = '';
  if (rule.source !== undefined) body += header('-s', rule.source);
  if (rule.destination !== undefined) body += header('-d', rule.destination);
  if (rule.inInterface !== undefined) body += header('-i', rule.inInterface);
  if (rule.outInterface !== undefined) body += header('-o', rule.outInterface);
  if (rule.protocol !== undefined) body += header('-p', rule.protocol);
  if (rule.fragment !== undefined) body += rule.fragment.negated === true ? ' ! -f' : ' -f';
  for (const match of rule.matches) body += ` ${printMatch(match, family)}`;
  if (rule.target !== undefined) body += ` ${printTarget(rule.target)}`;
  return body;
}

const header = (option: string, value: Negatable<string>): string =>
  value.negated === true ? ` ! ${option} ${value.value}` : ` ${option} ${value.value}`;

/** Tables in the order in which they are printed. */
export function inTableOrder<T extends { readonly name: TableName }>(tables: readonly T[]): readonly T[] {
  return [...tables].sort((a, b) => TABLE_ORDER.indexOf(a.name) - TABLE_ORDER.indexOf(b.name));
}

/**
 * Built-in chains as given (hook order), then user chains by name, in the order of bytes as iptables sorts: names that
 * iptables accepts from kube-proxy are ASCII. Names are sorted alone, which is faster than to compare chains.
 */
export function inPrintOrder(chains: readonly Chain[]): readonly Chain[] {
  const userChains = new Map<string, Chain>();
  for (const chain of chains) if (!isBuiltIn(chain)) userChains.set(chain.name, chain);
  const inOrder = chains.filter(isBuiltIn);
  for (const name of [...userChains.keys()].sort()) {
    const chain = userChains.get(name);
    if (chain !== undefined) inOrder.push(chain);
  }
  return inOrder;
}

/** Whether the kernel made the chain. */
export const isBuiltIn = (chain: Pick<Chain, 'policy'>): boolean => chain.policy !== undefined;
