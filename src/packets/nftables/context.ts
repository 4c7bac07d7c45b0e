import { type Element, type NamedSet, type NftFamily, type Table } from '../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type CompileContext } from '../compile-context.ts';
import { type Intervals } from '../intervals.ts';

/** What the meaning of a statement depends on: the host and its table. */
export interface TableContext extends CompileContext {
  readonly family: IpFamily;
  /** `ip kube-proxy`: chains and client lists of the program are named `ip kube-proxy/NAME`. */
  readonly tableId: string;
  readonly sets: ReadonlyMap<string, NamedSet>;
  /** Sets that rules put clients into. */
  readonly updated: ReadonlySet<string>;
  /** Cache of the values of sets with one field. */
  readonly known: Map<readonly Element[], Intervals | undefined>;
}

/** `ip kube-proxy`. */
export const tableIdOf = ({ family, name }: Pick<Table, 'family' | 'name'>): string => `${family} ${name}`;

/** Returns true when packets of the IP family pass tables of the family of nft. */
export const sees = (table: NftFamily, family: IpFamily): boolean =>
  table === 'inet' || table === (family === 'IPv4' ? 'ip' : 'ip6');

/** Returns the context of one table. */
export function tableContext(table: Table, host: CompileContext): TableContext {
  const updated = new Set<string>();
  for (const { rules } of table.chains) {
    for (const { statements } of rules) {
      for (const statement of statements) if (statement.kind === 'set-update') updated.add(statement.set);
    }
  }
  return {
    ...host,
    tableId: tableIdOf(table),
    sets: new Map(table.sets.map((set) => [set.name, set])),
    updated,
    known: new Map(),
  };
}

/** Returns true when packets change the set. A dump holds its state of one moment. */
export const changesByPackets = (set: NamedSet, { updated }: TableContext): boolean =>
  set.flags.includes('dynamic') || updated.has(set.name);
