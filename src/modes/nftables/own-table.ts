import { type Table } from '../../netfilter/nftables/model.ts';
import { type NftDump } from './dump.ts';
import { TABLE_NAME } from './rules/build.ts';
import { familyName } from './rules/pieces.ts';

/** Returns kube-proxy's table of the dump's family; undefined when the node does not have it. */
export const ownTable = ({ family, ruleset }: Pick<NftDump, 'family' | 'ruleset'>): Table | undefined =>
  ruleset.tables.find((table) => table.name === TABLE_NAME && table.family === familyName(family));
