/** Rules of kube-proxy's and kubelet's that more than one question is about. */
import { targetChain } from '../rules/chain-roles.ts';
import { commentOf } from '../rules/comments.ts';
import { type SeenRule } from './evidence.ts';

/** A rule that masquerades traffic to a cluster IP. */
export const isClusterIpMasquerade = (seen: SeenRule): boolean =>
  seen.table === 'nat' &&
  commentOf(seen.rule)?.endsWith(' cluster IP') === true &&
  (targetChain(seen.rule) === 'KUBE-MARK-MASQ' || seen.rule.target?.kind === 'mark');

/** `MASQUERADE --random-fully` of kube-proxy's. */
export const isRandomFully = ({ chain, rule: { target } }: SeenRule): boolean =>
  chain === 'KUBE-POSTROUTING' && target?.kind === 'masquerade' && target.randomFully;

/** A rule of kube-proxy's with an nfacct counter. */
export const isCounted = ({ role, rule }: SeenRule): boolean =>
  (role === 'standing' || role === 'shared') && rule.matches.some(({ kind }) => kind === 'nfacct');

/** KUBE-FORWARD's rule against INVALID packets. */
export const isInvalidDrop = ({ chain, rule }: SeenRule): boolean =>
  chain === 'KUBE-FORWARD' &&
  rule.target?.kind === 'drop' &&
  rule.matches.some((match) => match.kind === 'conntrack' && match.state.value.includes('INVALID'));

/** kubelet's rule that drops what KUBE-MARK-DROP marked. */
export const isMarkedDrop = ({ chain, rule }: SeenRule): boolean =>
  chain === 'KUBE-FIREWALL' && rule.matches.some(({ kind }) => kind === 'mark');
