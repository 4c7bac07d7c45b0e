/** The options of `svc2ipt compile`, and what follows from them. */
import { type Command, Option } from 'commander';
import { type Compilation, compilationPieces, type CompileRequest } from '../../compile.ts';
import { type Version } from '../../dialect/version.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type ModeName, MODE_NAMES, MODES } from '../../modes/modes.ts';
import { NEWEST_NFT, NFT_VERSIONS, type NftVersion } from '../../netfilter/nftables/nft-release.ts';
import { pinnedAssignments } from '../assignments-file.ts';
import { type Output } from '../deliver.ts';
import { type Io } from '../io.ts';
import {
  clusterOptions,
  clusterRanges,
  collect,
  excludeOption,
  type ManifestFlags,
  type ProxyFlags,
  type StandInFlags,
  versionOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from '../options.ts';
import { readSource } from '../read-inputs.ts';
import { type ReportFlags } from '../report-problems.ts';
import { kubeProxyFlags } from '../setting-options.ts';
import { unknownParts, unknownTables } from '../tables.ts';
import { REVIEW_FORMS, type ReviewForm } from '../write-review.ts';
import { joinPieces } from '../../text/pieces.ts';

/** What the command line says. */
export interface CompileFlags extends ReportFlags, ManifestFlags, ProxyFlags, StandInFlags {
  readonly exclude?: readonly string[];
  readonly kubeProxyVersion: Version;
  readonly table?: readonly string[];
  readonly part?: readonly string[];
  readonly format?: string;
  readonly nftVersion?: NftVersion;
  readonly output?: string;
  /** True without a file, which goes with `golden`. */
  readonly check?: string | true;
  readonly golden?: string;
  readonly report?: ReviewForm;
}

const FORMATS: ReadonlySet<string> = new Set(MODE_NAMES.flatMap((mode) => MODES[mode].formats));

/** Gives a command the options of `svc2ipt compile`. */
export const withCompileOptions = (command: Command): Command =>
  withStandIns(withKubeProxy(withManifests(command)))
    .addOption(excludeOption())
    .addOption(versionOption())
    .option('-t, --table <name>', 'print only this table; repeatable', collect)
    .option(
      '--part <name>',
      'in mode ipvs print iptables (default), ipset, ipvs or addresses; repeatable',
      collect,
    )
    .addOption(
      new Option(
        '--format <form>',
        "save: the kernel's own form; restore: for one iptables-restore --noflush, or nft -f; script: a shell script that may run again; json: as nft -j",
      ).choices([...FORMATS]),
    )
    .addOption(
      new Option(
        '--nft-version <release>',
        `spell as this release of nft does, in mode nftables (default: ${NEWEST_NFT})`,
      ).choices([...NFT_VERSIONS]),
    )
    .option('--write-assignments', 'create or complete the file of --assignments')
    .option(
      '-o, --output <file>',
      'write to this file, whole or not at all, or - for standard output; in mode ipvs, DIR/ takes a file of each part',
    )
    .option('--check [file]', 'compare with this file instead of printing; exit 1 when they differ')
    .option(
      '--golden <dir>',
      'write, or with --check compare, all golden files that svc2ipt.yaml in this folder names',
    )
    .addOption(
      new Option(
        '--report <form>',
        'with --check: tell in words what differs, as text, as markdown, or as github annotations',
      ).choices([...REVIEW_FORMS]),
    );

/** Reads what the options name, but for the manifests. */
export async function readRequest(
  flags: CompileFlags,
  io: Io,
): Promise<Outcome<Omit<CompileRequest, 'sources'>>> {
  const config = flags.config === undefined ? undefined : await readSource(flags.config, io);
  const pinned = await pinnedAssignments(flags, io);
  const value = {
    strict: flags.strict === true,
    ranges: clusterRanges(flags),
    version: flags.kubeProxyVersion,
    ipFamily: flags.ipFamily,
    flags: kubeProxyFlags({ ...flags }),
    config: config?.value,
    cluster: { ...clusterOptions(flags), assignments: pinned.value },
  };
  return { value, problems: [...(config?.problems ?? []), ...pinned.problems] };
}

/** Returns an error for each option that the mode does not have. The configuration may choose the mode. */
export function misuseOfMode(
  mode: ModeName,
  { table, part, format, nftVersion }: CompileFlags,
): readonly Diagnostic[] {
  const { formats } = MODES[mode];
  const isUnknown = format !== undefined && !formats.includes(format);
  const unknownFormat = isUnknown ? [`--format ${format}: mode ${mode} has ${formats.join(', ')}`] : [];
  const noNft = mode !== 'nftables' && nftVersion !== undefined;
  const needless = noNft ? ['--nft-version is for mode nftables'] : [];
  const unknown = [...unknownTables(mode, table ?? []), ...unknownParts(mode, part ?? [])];
  return [...unknown, ...unknownFormat, ...needless].map((message) => diagnostic('usage', message));
}

/** Prints what was compiled in the form that the options ask for, in pieces. */
const renderPieces = (
  compilation: Compilation,
  { format, nftVersion, table, part = table }: CompileFlags,
): Iterable<string> => compilationPieces(compilation, { format, nftVersion, parts: part });

/** The same as one text. */
export const render = (compilation: Compilation, flags: CompileFlags): string =>
  joinPieces(renderPieces(compilation, flags));

/** Returns the output in the asked form. In modes with parts of several kinds, a folder takes a file of each. */
export function outputOf(compilation: Compilation, flags: CompileFlags): Output {
  const { parts, partOption } = MODES[compilation.mode];
  const wanted = parts.filter((name) => flags.part?.includes(name) ?? true);
  const files = (): ReadonlyMap<string, string> =>
    new Map(wanted.map((name) => [name, render(compilation, { ...flags, part: [name] })]));
  return {
    pieces: () => renderPieces(compilation, flags),
    files: partOption === '--part' ? files : undefined,
  };
}
