/** `svc2ipt diff` of manifests with the same, or others, under another kube-proxy: no node has a part in it. */
import { type Compilation, compile, isOfMode, printCompilation } from '../../compile.ts';
import { type Diff, diffDumps } from '../../diff.ts';
import { NEWEST, type Version } from '../../dialect/version.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { keyOf } from '../../cluster/objects.ts';
import { type CompareOptions } from '../../modes/mode.ts';
import { MODES } from '../../modes/modes.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type Source } from '../../text/source.ts';
import { type AgainstFlags } from '../against-options.ts';
import { pinnedAssignments } from '../assignments-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { readDumpFile } from '../dump-file.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  clusterOptions,
  clusterRanges,
  type ManifestFlags,
  type ProxyFlags,
  type StandInFlags,
} from '../options.ts';
import { progressOn } from '../progress.ts';
import { readInputs, readSource } from '../read-inputs.ts';
import { reportProblems } from '../report-problems.ts';
import { kubeProxyFlags } from '../setting-options.ts';
import { compiledSide, dumpedSide, reportBehaviour } from './diff-behaviour.ts';
import { type DiffReportFlags, reportDiff } from './report-diff.ts';

/** The flags of `svc2ipt diff` that say what is compared. */
export interface DiffAgainstFlags
  extends DiffReportFlags, ManifestFlags, ProxyFlags, StandInFlags, AgainstFlags {
  readonly excludeFile?: readonly string[];
  readonly kubeProxyVersion: Version | 'auto';
  readonly golden?: string;
}

/** What is expected, and what is compared with it. */
interface Sides {
  readonly expected: Compilation | Dump;
  readonly actual: Compilation;
}

/** Compiles both sides, or reads the first from a file of rules, and tells how they differ. */
export async function diffAgainst(
  flags: DiffAgainstFlags,
  compare: CompareOptions,
  io: Io,
): Promise<ExitCode> {
  const sides = await readSides(flags, io);
  if (reportProblems(foldCharts(sides.problems, 'diff'), io, flags) || sides.value === undefined) return 2;
  const { expected, actual } = sides.value;
  if (flags.behaviour === true) {
    const first =
      'mode' in expected ? compiledSide(expected) : dumpedSide(expected, actual.settings.nodeAddresses);
    return reportBehaviour(first, compiledSide(actual), flags, io);
  }
  const [one, other] = [rulesOf(expected), rulesOf(actual)];
  if (one === undefined || other === undefined) {
    reportProblems([OTHER_MODE], io, flags);
    return 2;
  }
  const services = actual.cluster.services.map(({ service }) => keyOf(service));
  const result: Diff<'iptables'> = { ...diffDumps('iptables', one, other, compare), services };
  return reportDiff(result, other, flags, io);
}

const OTHER_MODE = diagnostic(
  'usage',
  'rules of different proxy modes have nothing in common: --behaviour compares what becomes of packets',
);

/** Compiled rules as a node would print them. Undefined in a mode whose rules have another form. */
function rulesOf(side: Compilation | Dump): Dump | undefined {
  if (!('mode' in side)) return side;
  if (!isOfMode(side, 'iptables')) return undefined;
  const source = { name: '<compiled>', text: printCompilation(side) };
  return MODES.iptables.read(source, side.model.family).value;
}

async function readSides(flags: DiffAgainstFlags, io: Io): Promise<Outcome<Sides | undefined>> {
  const progress = progressOn(io);
  const problems: Diagnostic[] = [];
  const keep = <T>({ value, problems: more }: Outcome<T>): T => {
    for (const problem of more) problems.push(problem);
    return value;
  };
  const pinned = keep(await pinnedAssignments(flags, io));
  const inputsOf = async (filename: readonly string[]): Promise<readonly Source[]> =>
    keep(await readInputs({ ...flags, filename, exclude: flags.excludeFile ?? [] }, io));
  const configOf = async (path: string | undefined): Promise<Source | undefined> =>
    path === undefined ? undefined : keep(await readSource(path, io));
  const compileSide = (
    sources: readonly Source[],
    config: Source | undefined,
    version: Version,
    mode: string | undefined,
  ): Compilation | undefined =>
    keep(
      compile({
        sources,
        config,
        version,
        strict: flags.strict === true,
        ranges: clusterRanges(flags),
        ipFamily: flags.ipFamily,
        flags: { ...kubeProxyFlags({ ...flags }), ...(mode !== undefined && { proxyMode: mode }) },
        cluster: { ...clusterOptions(flags), assignments: pinned },
        onStep: progress.step,
      }),
    );
  const version = flags.kubeProxyVersion === 'auto' ? NEWEST : flags.kubeProxyVersion;
  const sources = flags.filename === undefined ? [] : await inputsOf(flags.filename);
  const otherSources = flags.againstFilename === undefined ? sources : await inputsOf(flags.againstFilename);
  const config = await configOf(flags.config);
  const otherConfig = flags.againstConfig === undefined ? config : await configOf(flags.againstConfig);
  const expected =
    flags.golden === undefined
      ? compileSide(sources, config, version, undefined)
      : keep(await readDumpFile(flags.golden, flags, io));
  const actual = compileSide(otherSources, otherConfig, flags.againstVersion ?? version, flags.againstMode);
  progress.done();
  return { value: expected && actual && { expected, actual }, problems };
}
