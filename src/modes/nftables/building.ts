import { printJson } from '../../netfilter/nftables/json.ts';
import { printList } from '../../netfilter/nftables/list.ts';
import { type Ruleset } from '../../netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../netfilter/nftables/nft-release.ts';
import { printScript } from '../../netfilter/nftables/script.ts';
import { type BuildingMode, type PrintOptions } from '../mode.ts';
import { type NftPart } from './compare/part.ts';
import { type NftDump } from './dump.ts';
import { foresee } from './foresee.ts';
import { buildRuleset } from './rules/build.ts';

/** A model of mode nftables is the table of one family. */
export interface NftablesTypes {
  readonly model: Ruleset;
  readonly dump: NftDump;
  readonly part: NftPart;
}

/** The half of mode nftables that builds and prints tables. */
export const BUILDING_NFTABLES: BuildingMode<NftablesTypes> = {
  build: buildRuleset,
  print: printRuleset,
  foresee,
};

function printRuleset(ruleset: Ruleset, { format, nftVersion = NEWEST_NFT }: PrintOptions): Iterable<string> {
  if (format === 'restore') return [printScript(ruleset)];
  const spelling = spellingOf(nftVersion);
  return [format === 'json' ? printJson(ruleset, spelling) : printList(ruleset, spelling)];
}
