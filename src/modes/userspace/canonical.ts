import { type Chain, type RuleSet } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { compareText } from '../../text/natural-order.ts';
import { isOwnChain } from './portals.ts';

/**
 * Returns the mode's own chains, their rules in order of text, and the jumps to them: kube-proxy appends rules as
 * Services come, so that their order means nothing.
 */
export function canonicalPortals({ family, tables }: RuleSet): RuleSet {
  const sorted = (chain: Chain): Chain => ({
    ...chain,
    rules: chain.rules.toSorted((a, b) => compareText(printRule('X', a, family), printRule('X', b, family))),
  });
  const jumps = (chain: Chain): Chain => ({
    ...chain,
    rules: chain.rules.filter(({ target }) => target?.kind === 'jump' && isOwnChain(target.chain)),
  });
  const kept = tables.map(({ name, chains }) => ({
    name,
    chains: [
      ...chains.filter(({ policy }) => policy !== undefined).map(jumps),
      ...chains.filter((chain) => isOwnChain(chain.name)).map(sorted),
    ]
      .filter(({ policy, rules }) => policy === undefined || rules.length > 0)
      .sort((a, b) => compareText(a.name, b.name)),
  }));
  return {
    family,
    tables: kept.filter(({ chains }) => chains.length > 0).sort((a, b) => compareText(a.name, b.name)),
  };
}
