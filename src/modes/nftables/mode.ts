import { type Mode } from '../mode.ts';
import { BUILDING_NFTABLES, type NftablesTypes } from './building.ts';
import { canonicalRuleset, ownTables } from './compare/canonical.ts';
import { compareTables } from './compare/compare.ts';
import { printPart } from './compare/part.ts';
import { isEqual } from './compare/same.ts';
import { readDump } from './read-dump.ts';
import { recogniseDump } from './recognise/recognise.ts';
import { unifiedHunks } from './unified.ts';

/** Mode nftables. */
export const NFTABLES: Mode<NftablesTypes> = {
  ...BUILDING_NFTABLES,
  read: readDump,
  modelOf: ({ ruleset }) => ownTables(ruleset),
  recognise: recogniseDump,
  namesEndpoints: true,
  shareWith: (model) => model,
  isSame: isEqual,
  compare: compareTables,
  printPart,
  canonical: canonicalRuleset,
  unified: unifiedHunks,
  toolOf: () => 'nftables',
};
