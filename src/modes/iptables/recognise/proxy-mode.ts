import { portHashOf } from '../rules/chain-roles.ts';
import { type Evidence } from './evidence.ts';

/**
 * True when a dump is evidently of a node whose kube-proxy runs in IPVS mode: its rules ask for ipsets, and no Service
 * has a chain. (pkg/proxy/ipvs/proxier.go)
 */
export function isIpvsNode({ rules, hasChain }: Evidence): boolean {
  const asksForSets = rules.some(
    ({ role, rule }) =>
      (role === 'shared' || role === 'standing') &&
      rule.matches.some((match) => match.kind === 'other' && match.module === 'set'),
  );
  const isMarked = asksForSets || hasChain('nat', 'KUBE-LOAD-BALANCER') || hasChain('nat', 'KUBE-NODE-PORT');
  return isMarked && !rules.some(({ chain }) => portHashOf(chain) !== undefined);
}

/**
 * True when a dump is evidently of a node whose kube-proxy runs in mode userspace: it has the chains of that mode and
 * not the one through which all packets pass in mode iptables. (pkg/proxy/userspace/proxier.go)
 */
export const isUserspaceNode = ({ hasChain }: Evidence): boolean =>
  hasChain('nat', 'KUBE-PORTALS-CONTAINER') && !hasChain('nat', 'KUBE-SERVICES');
