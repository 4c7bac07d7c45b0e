import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { printRestore as printOwnRules } from '../../netfilter/iptables/print.ts';
import { KUBE_PROXY } from './rules/own-rules.ts';

/** kube-proxy's part of the rules as input for `iptables-restore --noflush`; other software's rules stay. */
export const printRestore = (ruleSet: RuleSet): string => printOwnRules(ruleSet, KUBE_PROXY);
