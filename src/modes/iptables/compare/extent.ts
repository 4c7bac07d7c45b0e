import { type Dump } from '../../../netfilter/iptables/dump.ts';
import { type CompareOptions } from './compare.ts';

/** What a dump holds of a node's rules, by its form: what it does not tell must not be missed. */
export type Extent = Required<Pick<CompareOptions, 'partialTables' | 'mayLackTables' | 'withoutInterfaces'>>;

/** What the form of a dump does not tell. */
export const extentOf = (dump: Dump): Extent => ({
  partialTables: new Set(dump.tables.filter(({ complete }) => !complete).map(({ name }) => name)),
  mayLackTables: dump.form !== 'save',
  withoutInterfaces: !dump.tellsInterfaces,
});
