/** What decompiling needs of each proxy mode whose dumps are read. */
import { type PlacedRule } from '../modes/iptables/compare/difference.ts';
import { livePorts, type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { natChains, portFacts as iptablesFacts } from '../modes/iptables/recognise/port-facts.ts';
import { type ModeName, type DumpOf, type PartOf } from '../modes/modes.ts';
import { ownTable } from '../modes/nftables/own-table.ts';
import { readEvidence } from '../modes/nftables/recognise/evidence.ts';
import { portFacts as nftablesFacts } from '../modes/nftables/recognise/port-facts.ts';
import { type PortFacts } from '../modes/port-facts.ts';
import { type DumpRule } from '../netfilter/iptables/dump.ts';
import { type Place } from '../text/source.ts';

/** How a part that nothing explains is told. */
interface Told {
  /** What it is: `rule`, `element`. */
  readonly what: string;
  /** As the dump has it, where it does. */
  readonly raw?: string | undefined;
  readonly place?: Place | undefined;
}

/** The modes whose dumps are decompiled. */
export type ExplainedModeName = Extract<ModeName, 'iptables' | 'nftables'>;

interface ExplainedMode<Name extends ExplainedModeName> {
  /** The service ports that a dump tells of. `names` are those by the hashes that they have. */
  readonly facts: (dump: DumpOf<Name>, names: ReadonlyMap<string, NamedPort>) => readonly PortFacts[];
  /** About how many rules a dump holds. */
  readonly sizeOf: (dump: DumpOf<Name>) => number;
  readonly told: (part: PartOf<Name>) => Told;
}

/** A row for each of these modes. */
export const EXPLAINED_MODES: { readonly [Name in ExplainedModeName]: ExplainedMode<Name> } = {
  iptables: {
    facts: (dump, names) => {
      const chain = natChains(dump);
      return livePorts(dump, names).map((port) => iptablesFacts(port, chain));
    },
    sizeOf: ({ lines }) => lines.length,
    told: ({ rule }: PlacedRule) => {
      const { place, raw } = rule as Partial<DumpRule>;
      return { what: 'rule', raw, place };
    },
  },
  nftables: {
    facts: (dump) => {
      const table = ownTable(dump);
      return table === undefined ? [] : nftablesFacts(readEvidence(table, dump.family));
    },
    sizeOf: ({ ruleset }) =>
      ruleset.tables.reduce((sum, { chains, sets }) => sum + chains.length + sets.length, 0),
    told: ({ kind }) => ({ what: kind }),
  },
};
