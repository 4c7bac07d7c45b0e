import { chainCache } from '../chain-cache.ts';
import { appendAll } from '../../text/append-all.ts';
import { type Chain, type Rule, type RuleSet, type TableName } from '../../netfilter/iptables/model.ts';
import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import {
  type BaseChain,
  type Hook,
  HOOKS,
  type Program,
  type ProgramChain,
  type ProgramRule,
  type Step,
} from '../program.ts';
import { headerTests, matchTests } from './compile-match.ts';
import { type CompileContext, localAddressesOf } from '../compile-context.ts';
import { targetActions } from './compile-target.ts';
import { sharesOf } from './shares.ts';

/**
 * Compiles an iptables rule set, built or read from a dump, to a program. Chains are compiled when packets first come
 * to them. A table that stands twice (legacy and nft rules joined) is called twice, as the kernel does.
 *
 * `nodeAddresses` are all addresses on the host's interfaces, of both families; loopback is always among them.
 * `sets` are the sets that rules look up with `-m set`; nobody knows what is in others.
 */
export function compileIptables(
  ruleSet: RuleSet,
  nodeAddresses: readonly string[],
  sets: readonly SetDefinition[] = [],
): Program {
  const { family } = ruleSet;
  const ipsets = new Map(sets.map((set) => [set.name, set]));
  const localAddresses = localAddressesOf(family, nodeAddresses);
  const sources = new Map<string, { readonly chain: Chain; readonly table: string }>();
  const baseChains: BaseChain[] = [];
  const seen = new Map<string, number>();
  for (const { name, chains } of ruleSet.tables) {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const table = count === 1 ? name : `${name}#${count}`;
    for (const chain of chains) sources.set(`${table}/${chain.name}`, { chain, table });
    appendAll(
      baseChains,
      chains.flatMap((chain) => baseChainOf(name, table, chain) ?? []),
    );
  }
  const chain = chainCache((id) => {
    const source = sources.get(id);
    return source && compileChain(source.chain, source.table, { family, localAddresses, ipsets });
  });
  return { family, baseChains, chain, localAddresses };
}

/** The priorities at which the kernel calls tables. (include/uapi/linux/netfilter_ipv4.h) */
const PRIORITY: Readonly<Record<TableName, number>> = {
  raw: -300,
  mangle: -150,
  nat: -100,
  filter: 0,
  security: 50,
};
/** nat rewrites sources after everything else. */
const SOURCE_NAT = 100;

function baseChainOf(name: TableName, table: string, chain: Chain): BaseChain | undefined {
  const hook = HOOKS.find((candidate) => candidate === chain.name);
  if (hook === undefined) return undefined;
  return {
    hook,
    priority: name === 'nat' && isSourceHook(hook) ? SOURCE_NAT : PRIORITY[name],
    isNat: name === 'nat',
    chain: `${table}/${chain.name}`,
    policy: chain.policy === 'DROP' ? 'drop' : 'accept',
  };
}

const isSourceHook = (hook: Hook): boolean => hook === 'INPUT' || hook === 'POSTROUTING';

/** A rule that was read from a dump knows its text and its line. (DumpRule) */
type RuleWithPlace = Rule & { readonly raw?: string; readonly place?: { readonly line: number } };

function compileChain({ name, rules }: Chain, table: string, context: CompileContext): ProgramChain {
  const id = `${table}/${name}`;
  const shares = sharesOf(rules);
  return {
    id,
    rules: rules.map((rule: RuleWithPlace, at): ProgramRule => {
      const text = (): string => rule.raw ?? printRule(name, rule, context.family);
      const steps: Step[] = [...headerTests(rule, context)];
      for (const match of rule.matches) appendAll(steps, matchTests(match, shares[at], context));
      appendAll(steps, targetActions(rule.target, table, context.family));
      return { ref: { chain: id, number: at + 1, line: rule.place?.line, text }, steps };
    }),
  };
}
