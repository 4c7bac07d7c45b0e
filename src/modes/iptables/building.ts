import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { savePieces } from '../../netfilter/iptables/print.ts';
import { type BuildingMode, type PrintOptions } from '../mode.ts';
import { type PlacedRule } from './compare/difference.ts';
import { printRestore, printScript } from './print-restore.ts';
import { buildRules } from './rules/build.ts';

/** A model of mode iptables is the rules of iptables, or of ip6tables. */
export interface IptablesTypes {
  readonly model: RuleSet;
  readonly dump: Dump;
  readonly part: PlacedRule;
}

/** The half of mode iptables that builds and prints rules. */
export const BUILDING_IPTABLES: BuildingMode<IptablesTypes> = {
  build: buildRules,
  print: printRules,
  foresee: () => [],
};

function printRules(ruleSet: RuleSet, { format, parts }: PrintOptions): Iterable<string> {
  const wanted: RuleSet =
    parts === undefined
      ? ruleSet
      : { ...ruleSet, tables: ruleSet.tables.filter(({ name }) => parts.includes(name)) };
  if (format === 'script') return [printScript(wanted)];
  return format === 'restore' ? [printRestore(wanted)] : savePieces(wanted);
}
