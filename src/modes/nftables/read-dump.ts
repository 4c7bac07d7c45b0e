import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Ruleset } from '../../netfilter/nftables/model.ts';
import { readNft } from '../../netfilter/nftables/read-nft.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Source } from '../../text/source.ts';
import { type NftDump } from './dump.ts';
import { ownTable } from './own-table.ts';
import { TABLE_NAME } from './rules/build.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/**
 * Reads what nft printed, or a script for it. The dump is looked at for the assumed family, unless only the
 * other family has a table of kube-proxy. A damaged text is an error with its place, and gives no value; in
 * tables of other software, what is not understood is kept as it stands.
 */
export function readDump(source: Source, assumedFamily: IpFamily): Outcome<NftDump | undefined> {
  const { value: ruleset, problems } = readNft(source, (table) => table === TABLE_NAME);
  if (ruleset === undefined) return { value: undefined, problems };
  const written = FAMILIES.filter((family) => ownTable({ family, ruleset }) !== undefined);
  const [only] = written.length === 1 ? written : [];
  return {
    value: { family: only ?? assumedFamily, ruleset, tellsDynamic: tellsDynamic(source, ruleset) },
    problems,
  };
}

/** Only JSON may hide the flag, and then it hides that of every set. */
const tellsDynamic = ({ text }: Source, { tables }: Ruleset): boolean =>
  !/^\s*\{/.test(text) || tables.some(({ sets }) => sets.some(({ flags }) => flags.includes('dynamic')));
