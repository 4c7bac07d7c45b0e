/** The rules of a node in any mode whose dumps are compared. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diff, diffDumps } from '../diff.ts';
import { collector } from '../diagnostics/collector.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { isOfIpvs, readIpvsDump, untoldParts } from '../modes/ipvs/read-dump.ts';
import { type CompareOptions } from '../modes/mode.ts';
import { isOfUserspace } from '../modes/userspace/recognise.ts';
import { COMPARED_MODES } from '../modes/compared-modes.ts';
import { type ModeName, type DumpOf } from '../modes/modes.ts';
import { isNft } from '../netfilter/nftables/read-nft.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { compareText } from '../text/natural-order.ts';
import { nodeOfRules, type NodeRules } from '../trace/node-rules.ts';
import { type TracedNode } from '../trace/node.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';

/** A dump and the mode in which it is compared. */
export interface DumpIn<Name extends ModeName> {
  readonly mode: Name;
  readonly dump: DumpOf<Name>;
}

/** A dump of any of these modes. */
export type NodeDump = { readonly [Name in ModeName]: DumpIn<Name> }[ModeName];

/**
 * Reads the outputs of a node's tools; the texts show the mode. Uses the family when they do not show it, and in mode
 * ipvs, whose outputs are of both families.
 */
export function readNodeDump(sources: readonly Source[], ipFamily: IpFamily): Outcome<NodeDump | undefined> {
  if (sources.some(isOfIpvs)) {
    const { value: dump, problems } = readIpvsDump(sources, ipFamily);
    return { value: dump && { mode: 'ipvs', dump }, problems };
  }
  const [source, second] = sources;
  if (source === undefined || second !== undefined) {
    const names = sources.map(({ name }) => name).join(', ');
    const message = `only nodes of mode ipvs have several outputs, and none of these is of that mode: ${names}`;
    return { value: undefined, problems: [diagnostic('usage', message)] };
  }
  if (isNft(source)) return readIn('nftables', source, ipFamily);
  const { value, problems } = readIn('iptables', source, ipFamily);
  return { value: value && inModeOfRules(value.dump), problems };
}

/** The rules of iptables in the mode that they show. */
export const inModeOfRules = (dump: DumpOf<'iptables'>): NodeDump => ({
  mode: isOfUserspace(dump) ? 'userspace' : 'iptables',
  dump,
});

/** Reads a dump in a mode. */
export function readIn<Name extends ModeName>(
  mode: Name,
  source: Source,
  ipFamily: IpFamily,
): Outcome<DumpIn<Name> | undefined> {
  const { value: dump, problems } = COMPARED_MODES[mode].read(source, ipFamily);
  return { value: dump && { mode, dump }, problems };
}

/** Reads dumps from files, from all files of folders, or from standard input for `-`, as {@link readNodeDump} does. */
export async function readDumpFiles(
  paths: readonly string[],
  { ipFamily }: { readonly ipFamily: IpFamily },
  io: Io,
): Promise<Outcome<NodeDump | undefined>> {
  const { value: sources, problems } = await readDumpSources(paths, io);
  if (hasErrors(problems)) return { value: undefined, problems };
  const { value, problems: more } = readNodeDump(sources, ipFamily);
  return { value, problems: [...problems, ...more] };
}

/** Reads files, all files of folders, or standard input for `-`. */
export async function readDumpSources(paths: readonly string[], io: Io): Promise<Outcome<readonly Source[]>> {
  const sources: Source[] = [];
  const { keep, problems } = collector();
  for (const path of paths) {
    for (const file of await filesAt(path)) {
      const source = keep(await readSource(file, io));
      if (source !== undefined) sources.push(source);
    }
  }
  return { value: sources, problems };
}

/** The files of a folder but for hidden ones, by name; the path itself when it is no folder. */
async function filesAt(path: string): Promise<readonly string[]> {
  const isFolder = path !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return files.map(({ name }) => join(path, name)).sort(compareText);
}

/** The outputs of one node are few. */
const MOST_OUTPUTS = 8;

/**
 * Returns true for a folder that holds the outputs of one node in mode ipvs, each tool's in a file of its own. Where a
 * file has the outputs of several tools, each file is of a node.
 */
export async function isOneIpvsNode(folder: string): Promise<boolean> {
  const files = await filesAt(folder);
  if (files.length > MOST_OUTPUTS) return false;
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const ofIpvs = texts.filter((text) => isOfIpvs({ name: folder, text }));
  return ofIpvs.length > 0 && ofIpvs.every((text) => !/^\*nat\s*$/m.test(text));
}

/** The rules of a dump for packets of its family. */
export function rulesOfDump(node: NodeDump): NodeRules {
  const { family } = node.dump;
  if (node.mode === 'nftables') return { mode: node.mode, family, ruleset: node.dump.ruleset };
  if (node.mode === 'ipvs') return { mode: node.mode, family, dump: node.dump };
  // Packets meet the rules of mode userspace as those of mode iptables.
  return { mode: 'iptables', family, dump: node.dump };
}

/** What keeps the packets of a dump from being followed, or makes the answers uncertain. */
export const untoldIn = (node: NodeDump): readonly Diagnostic[] =>
  node.mode === 'ipvs' ? untoldParts(node.dump) : [];

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
  if (expected.mode === 'ipvs' && actual.mode === 'ipvs')
    return diffDumps(actual.mode, expected.dump, actual.dump, options);
  if (expected.mode === 'userspace' && actual.mode === 'userspace')
    return diffDumps(actual.mode, expected.dump, actual.dump, options);
  return undefined;
}
