import { roleOf, targetChain } from './chain-roles.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';

/** Chains of one table by name. */
export type ChainMap = ReadonlyMap<string, readonly Rule[]>;

/** Returns the chains that packets can reach: the built-in chains and all chains to which these lead. */
export function reachableChains(chains: ChainMap): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...chains.keys()].filter((chain) => roleOf('nat', chain) === 'built-in');
  for (let chain = waiting.pop(); chain !== undefined; chain = waiting.pop()) {
    if (reached.has(chain)) continue;
    reached.add(chain);
    for (const rule of chains.get(chain) ?? []) {
      const next = targetChain(rule);
      if (next !== undefined && !reached.has(next)) waiting.push(next);
    }
  }
  return reached;
}
