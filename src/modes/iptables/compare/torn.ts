import { targetChain } from '../rules/chain-roles.ts';
import { type RuleSet } from '../../../netfilter/iptables/model.ts';
import { indexRules } from './rule-index.ts';

/** Whether a rule leads to a chain of kube-proxy's that is not there: the dump was taken while rules were written. */
export function isTorn(ruleSet: RuleSet): boolean {
  return [...indexRules(ruleSet).tables.values()].some((chains) =>
    [...chains.values()].some((rules) =>
      rules.some((rule) => {
        const chain = targetChain(rule);
        return chain?.startsWith('KUBE-') === true && !chains.has(chain);
      }),
    ),
  );
}
