import { type RuleSet } from '../../netfilter/iptables/model.ts';
import * as printOwn from '../../netfilter/iptables/print-own.ts';
import { KUBE_PROXY } from './rules/own-rules.ts';

/** kube-proxy's part of the rules as input for `iptables-restore --noflush`; other software's rules stay. */
export const printRestore = (ruleSet: RuleSet): string => printOwn.printRestore(ruleSet, KUBE_PROXY);

/** The same as a shell script that does no harm when it runs again. */
export const printScript = (ruleSet: RuleSet): string => printOwn.printScript(ruleSet, KUBE_PROXY);
