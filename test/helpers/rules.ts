import { type Compilation, isOfMode } from '../../src/compile.ts';
import { type RuleSet } from '../../src/netfilter/iptables/model.ts';

/** The rules of a cluster that was compiled for mode iptables. */
export function rulesOf(compilation: Compilation): RuleSet {
  if (isOfMode(compilation, 'iptables')) return compilation.model;
  throw new Error('this is another mode');
}
