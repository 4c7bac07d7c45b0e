import { appendAll } from '../../text/append-all.ts';
import { type Command, Option } from 'commander';
import { type Compilation, compile, printCompilation } from '../../compile.ts';
import { summarizeStandIns } from '../../cluster/summarize-stand-ins.ts';
import { type Version } from '../../dialect/version.ts';
import { type ModeName, MODE_NAMES, MODES } from '../../modes/modes.ts';
import { NEWEST_NFT, NFT_VERSIONS, type NftVersion } from '../../netfilter/nftables/nft-release.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { pinnedAssignments, writeAssignments } from '../assignments-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { explainService } from '../explain-service.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  clusterOptions,
  clusterRanges,
  collect,
  type ManifestFlags,
  type ProxyFlags,
  type StandInFlags,
  excludeOption,
  versionOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from '../options.ts';
import { kubeProxyFlags } from '../setting-options.ts';
import { progressOn } from '../progress.ts';
import { unknownTables } from '../tables.ts';
import { fileProblem, readInputs, readSource } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { flagsForReview, REVIEW_FORMS, type ReviewForm } from '../write-review.ts';
import { writeWhole } from '../write-whole.ts';
import { checkGolden } from './compile-check.ts';

interface CompileFlags extends ReportFlags, ManifestFlags, ProxyFlags, StandInFlags {
  readonly exclude?: readonly string[];
  readonly kubeProxyVersion: Version;
  readonly table?: readonly string[];
  readonly format?: string;
  readonly nftVersion?: NftVersion;
  readonly output?: string;
  readonly check?: string;
  readonly report?: ReviewForm;
}

const EXAMPLES = `
Examples:
  svc2ipt compile -f deploy/ -R --cluster-cidr 10.244.0.0/16 --node-name node-1 -o golden/node-1.save
  svc2ipt compile -f deploy/ -R --cluster-cidr 10.244.0.0/16 --node-name node-1 --check golden/node-1.save
  kustomize build overlays/prod | svc2ipt compile -f - --config kube-proxy.yaml --kube-proxy-version 1.30 -t nat
  svc2ipt compile -f services.json --format script | sudo sh   # may run again: jumps go where they are missing
  svc2ipt compile -f services.json --proxy-mode nftables --format restore | nft -f -
`;

const FORMATS: ReadonlySet<string> = new Set(MODE_NAMES.flatMap((mode) => MODES[mode].formats));

/** Gives `svc2ipt compile` its options and what it does. */
export function defineCompile(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withStandIns(withKubeProxy(withManifests(command)))
    .addOption(excludeOption())
    .addOption(versionOption())
    .option('-t, --table <name>', 'print only this table; repeatable', collect)
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
    .option('-o, --output <file>', 'write to this file, whole or not at all')
    .option('--check <file>', 'compare with this file instead of printing; exit 1 when they differ')
    .addOption(
      new Option(
        '--report <form>',
        'with --check: tell in words what differs, as text, as markdown, or as github annotations',
      ).choices([...REVIEW_FORMS]),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      const flags = self.optsWithGlobals<CompileFlags>();
      finish(await runCompile(flagsForReview(flags, flags.report), io));
    });
}

async function runCompile(flags: CompileFlags, io: Io): Promise<ExitCode> {
  const misused = misuse(flags);
  if (misused.length > 0) return failed(misused, flags, io);

  const inputs = await readInputs(flags, io);
  const config = flags.config === undefined ? undefined : await readSource(flags.config, io);
  const pinned = await pinnedAssignments(flags, io);
  const problems = [...inputs.problems, ...(config?.problems ?? []), ...pinned.problems];

  const progress = progressOn(io);
  const compiled = compile({
    sources: inputs.value,
    strict: flags.strict === true,
    ranges: clusterRanges(flags),
    version: flags.kubeProxyVersion,
    ipFamily: flags.ipFamily,
    flags: kubeProxyFlags({ ...flags }),
    config: config?.value,
    cluster: { ...clusterOptions(flags), assignments: pinned.value },
    onStep: progress.step,
  });
  progress.step('printing');
  const text = compiled.value === undefined ? '' : render(compiled.value, flags);
  progress.done();
  appendAll(problems, compiled.problems);
  if (reportProblems(foldCharts(problems, 'compile'), io, flags) || compiled.value === undefined) return 2;
  const misusedForMode = misuseOfMode(compiled.value.mode, flags);
  if (misusedForMode.length > 0) return failed(misusedForMode, flags, io);
  reportProblems(summarizeStandIns(compiled.value.cluster.standIns), io, flags);
  if (flags.verbose === true) explain(compiled.value, io);
  return deliver(text, compiled.value, flags, io);
}

function misuse(flags: CompileFlags): readonly Diagnostic[] {
  const messages: string[] = [];
  if (flags.filename === undefined)
    messages.push('no input: name files or directories with -f, or - for stdin');
  if (flags.check !== undefined && flags.output !== undefined)
    messages.push('--check and -o exclude each other');
  if (flags.report !== undefined && flags.check === undefined) messages.push('--report needs --check FILE');
  if (flags.writeAssignments === true && flags.assignments === undefined) {
    messages.push('--write-assignments needs --assignments FILE');
  }
  return messages.map((message) => diagnostic('usage', message));
}

/** Returns an error for each option that the mode does not have. The configuration may choose the mode. */
function misuseOfMode(mode: ModeName, { table, format, nftVersion }: CompileFlags): readonly Diagnostic[] {
  const { formats } = MODES[mode];
  const isUnknown = format !== undefined && !formats.includes(format);
  const unknownFormat = isUnknown ? [`--format ${format}: mode ${mode} has ${formats.join(', ')}`] : [];
  const noNft = mode !== 'nftables' && nftVersion !== undefined;
  const needless = noNft ? ['--nft-version is for mode nftables'] : [];
  return [...unknownTables(mode, table ?? []), ...unknownFormat, ...needless].map((message) =>
    diagnostic('usage', message),
  );
}

function failed(problems: readonly Diagnostic[], flags: CompileFlags, io: Io): ExitCode {
  reportProblems(problems, io, flags);
  return 2;
}

const render = (compilation: Compilation, { format, nftVersion, table }: CompileFlags): string =>
  printCompilation(compilation, { format, nftVersion, parts: table });

/** Prints details for `-v`: counts, and for each Service where its endpoints come from or why it has none. */
function explain({ manifests, cluster }: Compilation, io: Io): void {
  const lines = cluster.services.map(explainService);
  if (manifests.skipped === 1) lines.push('1 object of a kind that plays no part was skipped');
  else if (manifests.skipped > 1) {
    lines.push(`${manifests.skipped} objects of kinds that play no part were skipped`);
  }
  io.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

async function deliver(
  text: string,
  compilation: Compilation,
  flags: CompileFlags,
  io: Io,
): Promise<ExitCode> {
  const { assignments, check, output } = flags;
  if (assignments !== undefined && flags.writeAssignments === true) {
    const unwritten = await attempt(assignments, () =>
      writeAssignments(assignments, compilation.cluster.assignments),
    );
    if (unwritten.length > 0) return failed(unwritten, flags, io);
  }
  if (check !== undefined) return checkGolden(check, text, compilation, flags, io);
  if (output === undefined) {
    io.stdout.write(text);
    return 0;
  }
  const unwritten = await attempt(output, () => writeWhole(output, text));
  return unwritten.length > 0 ? failed(unwritten, flags, io) : 0;
}

/** Runs the action and returns what went wrong with the file. */
async function attempt(path: string, action: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await action();
    return [];
  } catch (error) {
    return [fileProblem(path, error, 'file-unwritable')];
  }
}
