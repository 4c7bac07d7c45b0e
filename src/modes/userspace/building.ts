import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { savePieces } from '../../netfilter/iptables/print.ts';
import { type Ownership, printRestore, printScript } from '../../netfilter/iptables/print-own.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type BuildingMode, type PrintOptions } from '../mode.ts';
import { buildPortals } from './build.ts';
import { CHAINS } from './pieces.ts';
import { isOwnChain } from './portals.ts';

/** A model of mode userspace is the rules of iptables, or of ip6tables. */
export interface UserspaceTypes {
  readonly model: RuleSet;
  readonly dump: Dump;
  /** A line as iptables-save prints it. */
  readonly part: string;
}

/** The half of mode userspace that builds and prints its rules. */
export const BUILDING_USERSPACE: BuildingMode<UserspaceTypes> = {
  build: buildPortals,
  print: printPortals,
  foresee: () => [],
};

const BEHIND_ALL: ReadonlySet<string> = new Set([CHAINS.nodePortContainer, CHAINS.nodePortHost]);

/** kube-proxy puts jumps for node ports behind all other rules: they match packets to any address of the node. */
const PROXY: Ownership = {
  ownsChain: isOwnChain,
  ownsRule: ({ target }) => target?.kind === 'jump' && BEHIND_ALL.has(target.chain),
};

function printPortals(ruleSet: RuleSet, { format, parts }: PrintOptions): Iterable<string> {
  const wanted: RuleSet =
    parts === undefined
      ? ruleSet
      : { ...ruleSet, tables: ruleSet.tables.filter(({ name }) => parts.includes(name)) };
  if (format === 'script') return [printScript(wanted, PROXY)];
  return format === 'restore' ? [printRestore(wanted, PROXY)] : savePieces(wanted);
}
