/** The rules of a node in any mode whose dumps are compared. */
import { type Diff, diffDumps } from '../diff.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type CompareOptions } from '../modes/mode.ts';
import { COMPARED_MODES, type ComparedModeName, type DumpOf } from '../modes/modes.ts';
import { isNft } from '../netfilter/nftables/read-nft.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { nodeOfRules, type NodeRules } from '../trace/node-rules.ts';
import { type TracedNode } from '../trace/node.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';

/** A dump and the mode in which it is compared. */
export interface DumpIn<Name extends ComparedModeName> {
  readonly mode: Name;
  readonly dump: DumpOf<Name>;
}

/** A dump of any of these modes. */
export type NodeDump = { readonly [Name in ComparedModeName]: DumpIn<Name> }[ComparedModeName];

/** Reads a dump; the text shows its mode. Uses the family when the text does not show it. */
export const readNodeDump = (source: Source, ipFamily: IpFamily): Outcome<NodeDump | undefined> =>
  isNft(source) ? readIn('nftables', source, ipFamily) : readIn('iptables', source, ipFamily);

/** Reads a dump in a mode. */
export function readIn<Name extends ComparedModeName>(
  mode: Name,
  source: Source,
  ipFamily: IpFamily,
): Outcome<DumpIn<Name> | undefined> {
  const { value: dump, problems } = COMPARED_MODES[mode].read(source, ipFamily);
  return { value: dump && { mode, dump }, problems };
}

/** Reads a dump from a file, or from standard input for `-`, as {@link readNodeDump} does. */
export async function readDumpFile(
  path: string,
  { ipFamily }: { readonly ipFamily: IpFamily },
  io: Io,
): Promise<Outcome<NodeDump | undefined>> {
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: undefined, problems: source.problems };
  const { value, problems } = readNodeDump(source.value, ipFamily);
  return { value, problems: [...source.problems, ...problems] };
}

/** The rules of a dump for packets of its family. */
export const rulesOfDump = (node: NodeDump): NodeRules =>
  node.mode === 'iptables'
    ? { mode: node.mode, family: node.dump.family, dump: node.dump }
    : { mode: node.mode, family: node.dump.family, ruleset: node.dump.ruleset };

/** The node from which a dump was taken, for following packets. `nodeAddresses` are those that are known. */
export const tracedDump = (node: NodeDump, nodeAddresses: readonly string[]): TracedNode =>
  nodeOfRules(rulesOfDump(node), nodeAddresses, undefined);

/** Compares two dumps of one mode; undefined for dumps of different modes. */
export function compareDumps(
  expected: NodeDump,
  actual: NodeDump,
  options: CompareOptions,
): Diff | undefined {
  if (expected.mode === 'iptables' && actual.mode === 'iptables')
    return diffDumps(actual.mode, expected.dump, actual.dump, options);
  if (expected.mode === 'nftables' && actual.mode === 'nftables')
    return diffDumps(actual.mode, expected.dump, actual.dump, options);
  return undefined;
}
