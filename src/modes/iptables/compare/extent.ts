import { type Dump } from '../../../netfilter/iptables/dump.ts';
import { type CompareOptions } from './compare.ts';

/** What a dump holds of a node's rules, by its form: what it does not tell must not be missed. */
export type Extent = Required<
  Pick<CompareOptions, 'partialTables' | 'partialChains' | 'mayLackTables' | 'withoutInterfaces'>
>;

/** What the form of a dump does not tell. */
export const extentOf = (dump: Dump): Extent => ({
  partialTables: new Set(dump.tables.filter(({ complete }) => !complete).map(({ name }) => name)),
  partialChains: new Set(
    dump.tables.flatMap(({ name, chains }) =>
      chains.flatMap((chain) => (chain.partial === true ? [`${name} ${chain.name}`] : [])),
    ),
  ),
  mayLackTables: dump.form !== 'save' || dump.tables.every(({ complete }) => !complete),
  withoutInterfaces: !dump.tellsInterfaces,
});
