/** What rules of kube-proxy's do to packets, whatever the release spells it with. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { leadsToEndpoint, targetChain } from '../rules/chain-roles.ts';
import { type SharedRule } from './live-ports.ts';

export type RuleEffect =
  /** The source is to be rewritten later on. */
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'stop'; readonly verdict: 'DROP' | 'REJECT' }
  | { readonly kind: 'endpoint' | 'chain'; readonly chain: string }
  | { readonly kind: 'other' };

/** What a rule does. Marks for masquerading and dropping count as what they lead to. */
export function effectOf(rule: Rule): RuleEffect {
  const { target } = rule;
  const chain = targetChain(rule);
  if (chain === 'KUBE-MARK-MASQ') return { kind: 'masquerade' };
  if (chain === 'KUBE-MARK-DROP' || target?.kind === 'drop') return { kind: 'stop', verdict: 'DROP' };
  if (target?.kind === 'reject') return { kind: 'stop', verdict: 'REJECT' };
  if (chain === undefined) return { kind: 'other' };
  return { kind: leadsToEndpoint(rule) ? 'endpoint' : 'chain', chain };
}

const SHARED_CHAINS: readonly string[] = [
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-NODEPORTS',
  'KUBE-PROXY-FIREWALL',
];

/** The rules in the order in which packets meet their chains: a dump lists chains by name. */
export const inChainOrder = (rules: readonly SharedRule[]): readonly SharedRule[] =>
  rules.toSorted((a, b) => SHARED_CHAINS.indexOf(a.chain) - SHARED_CHAINS.indexOf(b.chain));

/** Whether a rule is about a port of the node's own addresses. */
export const isOfNodePort = ({ chain, rule }: SharedRule): boolean =>
  chain === 'KUBE-NODEPORTS' || rule.destination === undefined;

/** Whether a rule stops what no source range of a load balancer lets pass. */
export const isOfFirewall = ({ chain }: SharedRule): boolean => chain === 'KUBE-PROXY-FIREWALL';
