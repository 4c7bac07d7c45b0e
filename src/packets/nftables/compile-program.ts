import { type Chain, type Hook as NftHook, type Ruleset } from '../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { localAddressesOf } from '../compile-context.ts';
import { chainCache } from '../chain-cache.ts';
import { type BaseChain, type Hook, HOOKS, type Program, type ProgramChain } from '../program.ts';
import { compileRule } from './compile-rule.ts';
import { sees, type TableContext, tableContext, tableIdOf } from './context.ts';

/**
 * Compiles everything that a kernel holds in nf_tables for packets of a family: tables of the family, and of `inet`,
 * whoever made them. Chains are named `ip kube-proxy/services`, and compiled when packets first come to them.
 *
 * `nodeAddresses` are all addresses on the host's interfaces, of both families; loopback is always among them.
 */
export function compileNftables(
  { tables }: Ruleset,
  family: IpFamily,
  nodeAddresses: readonly string[],
): Program {
  const localAddresses = localAddressesOf(family, nodeAddresses);
  const sources = new Map<string, { readonly chain: Chain; readonly context: TableContext }>();
  const baseChains: BaseChain[] = [];
  for (const table of tables) {
    if (!sees(table.family, family) || table.flags.includes('dormant')) continue;
    const context = tableContext(table, { family, localAddresses });
    for (const chain of table.chains) {
      const id = `${tableIdOf(table)}/${chain.name}`;
      sources.set(id, { chain, context });
      const base = chain.hook && baseChainOf(id, chain.hook);
      if (base !== undefined) baseChains.push(base);
    }
  }
  const chain = chainCache((id) => {
    const source = sources.get(id);
    return source && compileChain(id, source.chain, source.context);
  });
  return { family, baseChains: inKernelOrder(baseChains), chain, localAddresses };
}

/**
 * Returns base chains in the order in which the kernel calls them. Of two with the same priority, it first calls the
 * one that was made last (nf_hook_entries_grow). nat has one place for all its chains, whose priorities count only
 * among themselves (nf_nat_register_fn).
 */
const inKernelOrder = (baseChains: readonly BaseChain[]): readonly BaseChain[] =>
  [...baseChains]
    .reverse()
    .sort((a, b) => a.priority - b.priority)
    .map((base) => (base.isNat ? { ...base, priority: NAT_PRIORITY[base.hook] } : base));

const DESTINATION_NAT = -100;
const SOURCE_NAT = 100;
/** (nf_nat_ipv4_ops, net/netfilter/nf_nat_proto.c) */
const NAT_PRIORITY: Readonly<Record<Hook, number>> = {
  PREROUTING: DESTINATION_NAT,
  INPUT: SOURCE_NAT,
  FORWARD: SOURCE_NAT,
  OUTPUT: DESTINATION_NAT,
  POSTROUTING: SOURCE_NAT,
};

/** Returns undefined for hooks before the IP layer, such as `ingress`. */
function baseChainOf(id: string, { type, hook: name, priority, policy }: NftHook): BaseChain | undefined {
  const hook = HOOKS.find((candidate) => candidate === name.toUpperCase());
  if (hook === undefined) return undefined;
  return {
    hook,
    priority,
    isNat: type === 'nat',
    chain: id,
    policy: policy === 'drop' ? 'drop' : 'accept',
  };
}

const compileChain = (id: string, { rules }: Chain, context: TableContext): ProgramChain => ({
  id,
  rules: rules.flatMap((rule, at) => compileRule(rule, id, at + 1, context)),
});
