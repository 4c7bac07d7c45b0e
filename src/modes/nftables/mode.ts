import { printJson } from '../../netfilter/nftables/json.ts';
import { printList } from '../../netfilter/nftables/list.ts';
import { type Ruleset } from '../../netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../netfilter/nftables/nft-release.ts';
import { printScript } from '../../netfilter/nftables/script.ts';
import { type Mode, type PrintOptions } from '../mode.ts';
import { canonicalRuleset, ownTables } from './compare/canonical.ts';
import { compareTables } from './compare/compare.ts';
import { type NftPart, printPart } from './compare/part.ts';
import { isEqual } from './compare/same.ts';
import { type NftDump } from './dump.ts';
import { foresee } from './foresee.ts';
import { readDump } from './read-dump.ts';
import { recogniseDump } from './recognise/recognise.ts';
import { buildRuleset } from './rules/build.ts';
import { unifiedHunks } from './unified.ts';

/** A model of mode nftables is the table of one family. */
export interface NftablesTypes {
  readonly model: Ruleset;
  readonly dump: NftDump;
  readonly part: NftPart;
}

/** Mode nftables. */
export const NFTABLES: Mode<NftablesTypes> = {
  formats: ['save', 'restore', 'json'],
  parts: [],
  partOption: '-t',
  build: buildRuleset,
  print: printRuleset,
  foresee,
  read: readDump,
  modelOf: ({ ruleset }) => ownTables(ruleset),
  recognise: recogniseDump,
  isSame: isEqual,
  compare: compareTables,
  printPart,
  canonical: canonicalRuleset,
  unified: unifiedHunks,
  toolOf: () => 'nftables',
};

function printRuleset(ruleset: Ruleset, { format, nftVersion = NEWEST_NFT }: PrintOptions): string {
  if (format === 'restore') return printScript(ruleset);
  const spelling = spellingOf(nftVersion);
  return format === 'json' ? printJson(ruleset, spelling) : printList(ruleset, spelling);
}
