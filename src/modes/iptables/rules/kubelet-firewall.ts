import { type Rule } from '../../../netfilter/iptables/model.ts';
import { comment, DROP } from './pieces.ts';

/** The bit of the packet mark that makes kubelet's rules drop a packet. */
export const KUBELET_DROP_MARK = 2 ** 15;

/** Drops packets from outside to 127.0.0.0/8, which route_localnet would accept. */
export const MARTIANS: Rule = {
  source: { value: '127.0.0.0/8', negated: true },
  destination: { value: '127.0.0.0/8' },
  matches: [
    comment('block incoming localnet connections'),
    { kind: 'conntrack', state: { value: ['RELATED', 'ESTABLISHED', 'DNAT'], negated: true } },
  ],
  target: DROP,
};

/** Drops packets that KUBE-MARK-DROP has marked. */
export const DROP_MARKED: Rule = {
  matches: [
    comment('kubernetes firewall for dropping marked packets'),
    { kind: 'mark', mark: { value: KUBELET_DROP_MARK }, mask: KUBELET_DROP_MARK },
  ],
  target: DROP,
};

/** Every rule that kubelet puts into its KUBE-FIREWALL. (syncNetworkUtil, pkg/kubelet/kubelet_network_linux.go) */
export const KUBELET_FIREWALL: readonly Rule[] = [DROP_MARKED, MARTIANS];
