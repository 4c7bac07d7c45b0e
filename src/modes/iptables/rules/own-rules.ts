/** Recognizes chains and rules of kube-proxy by their names. */
import { type Ownership } from '../../../netfilter/iptables/print-own.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';

/** The prefix of all chains of kube-proxy and kubelet, and of some chains of other software. */
const PREFIX = 'KUBE-';

/** Returns true when a text may hold chains of kube-proxy. */
export const mentionsOwnChains = (text: string): boolean => text.includes(PREFIX);

/** What `iptables-restore --noflush` is to make: kube-proxy's own chains and rules. */
export const KUBE_PROXY: Ownership = {
  ownsChain: (name) => name.startsWith(PREFIX),
  ownsRule: isInlineMasquerade,
};

/**
 * Returns true for the rule by which the oldest kube-proxy masquerades in POSTROUTING itself, after all other
 * rules. It matches packets by a mark of all bits.
 */
function isInlineMasquerade({ matches, target }: Rule): boolean {
  return (
    target?.kind === 'masquerade' &&
    matches.some((match) => match.kind === 'comment' && match.text.startsWith('kubernetes ')) &&
    matches.some((match) => match.kind === 'mark')
  );
}

const NAT_CHAIN = /^KUBE-(MARK-MASQ|MARK-DROP|POSTROUTING|(SVC|SVL|SEP|XLB|EXT|FW)-.*)$/;

/** Returns true when kube-proxy has a chain of this name in table nat only. */
export const isNatChain = (chain: string): boolean => NAT_CHAIN.test(chain);
