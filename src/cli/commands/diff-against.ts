/**
 * `svc2ipt diff` without a node: compares manifests with the same or other manifests under another
 * kube-proxy.
 */
import { type Compilation, compile, isOfMode, printCompilation } from '../../compile.ts';
import { NEWEST, type Version } from '../../dialect/version.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { keyOf } from '../../cluster/objects.ts';
import { type CompareOptions } from '../../modes/mode.ts';
import { servicePlaces } from '../../pipeline/service-places.ts';
import { type Source } from '../../text/source.ts';
import { TRACED_MODES } from '../../trace/node.ts';
import { type AgainstFlags } from '../against-options.ts';
import { pinnedAssignments } from '../assignments-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { compareDumps, type NodeDump, readDumpFiles, readIn, tracedDump, untoldIn } from '../node-dump.ts';
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
import { compiledNode } from '../../trace/node.ts';
import { reportBehaviour } from './diff-behaviour.ts';
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
  readonly expected: Compilation | NodeDump;
  readonly actual: Compilation;
}

/** Compiles both sides, or reads the first one from a file of rules, and reports how they differ. */
export async function diffAgainst(
  flags: DiffAgainstFlags,
  compare: CompareOptions,
  io: Io,
): Promise<ExitCode> {
  const sides = await readSides(flags, io);
  if (reportProblems(foldCharts(sides.problems, 'diff'), io, flags) || sides.value === undefined) return 2;
  const { expected, actual } = sides.value;
  if (flags.behaviour === true) {
    if ('dump' in expected && reportProblems(untoldIn(expected), io, flags)) return 2;
    const first =
      'dump' in expected ? tracedDump(expected, actual.settings.nodeAddresses) : compiledNode(expected);
    return reportBehaviour(first, compiledNode(actual), flags, io);
  }
  const [one, other] = [rulesOf(expected), rulesOf(actual)];
  const compared = one && other && compareDumps(one, other, compare);
  if (compared === undefined) {
    reportProblems([notComparable(expected.mode, actual.mode)], io, flags);
    return 2;
  }
  const services = actual.cluster.services.map(({ service }) => keyOf(service));
  const placeOf = servicePlaces(actual.manifests.resources);
  return reportDiff({ ...compared, services, placeOf }, flags, io);
}

/** Returns an error for rules of different modes, or of a mode whose rules are not compared with each other. */
function notComparable(one: string, other: string): Diagnostic {
  const why =
    one === other
      ? `rules of mode ${one} are not compared with each other`
      : 'rules of different proxy modes have nothing in common';
  return diagnostic('usage', `${why}: --behaviour compares what becomes of packets`);
}

/**
 * Returns compiled rules as a node would print them; undefined in a mode whose dumps are not compared.
 */
function rulesOf(side: Compilation | NodeDump): NodeDump | undefined {
  if ('dump' in side) return side;
  const source = { name: '<compiled>', text: printCompilation(side) };
  const { ipFamily } = side.settings;
  if (isOfMode(side, 'iptables')) return readIn('iptables', source, ipFamily).value;
  if (isOfMode(side, 'userspace')) return readIn('userspace', source, ipFamily).value;
  return isOfMode(side, 'nftables') ? readIn('nftables', source, ipFamily).value : undefined;
}

/** What one side is compiled from. */
interface Input {
  readonly filename: readonly string[];
  readonly config: string | undefined;
  readonly version: Version;
  readonly mode: string | undefined;
}

async function readSides(flags: DiffAgainstFlags, io: Io): Promise<Outcome<Sides | undefined>> {
  const { filename = [], config, kubeProxyVersion, golden } = flags;
  const version = kubeProxyVersion === 'auto' ? NEWEST : kubeProxyVersion;
  const input: Input = { filename, config, version, mode: undefined };
  const other: Input = {
    filename: flags.againstFilename ?? filename,
    config: flags.againstConfig ?? config,
    version: flags.againstVersion ?? version,
    mode: flags.againstMode,
  };
  const compileInput = await compiler([input, other], flags, io);
  const expected = golden === undefined ? compileInput(input) : await readDumpFiles([golden], flags, io);
  const actual = compileInput(other);
  const value = expected.value && actual.value && { expected: expected.value, actual: actual.value };
  return { value, problems: [...expected.problems, ...actual.problems] };
}

/**
 * Reads every file once, because standard input can be read only once. Returns a function that compiles one
 * of the inputs.
 */
async function compiler(
  inputs: readonly Input[],
  flags: DiffAgainstFlags,
  io: Io,
): Promise<(input: Input) => Outcome<Compilation | undefined>> {
  const progress = progressOn(io);
  const pinned = await pinnedAssignments(flags, io);
  const sources = new Map<readonly string[], Outcome<readonly Source[]>>();
  const configs = new Map<string, Outcome<Source | undefined>>();
  for (const { filename, config } of inputs) {
    if (!sources.has(filename)) {
      // Manifests to compare with take the place of the cluster, too.
      const fromCluster = flags.fromCluster === true && filename !== flags.againstFilename;
      const inputs = { ...flags, filename, fromCluster, exclude: flags.excludeFile ?? [] };
      sources.set(filename, await readInputs(inputs, io));
    }
    if (config !== undefined && !configs.has(config)) configs.set(config, await readSource(config, io));
  }
  return ({ filename, config: path, version, mode }) => {
    const read = sources.get(filename) ?? NOTHING_READ;
    const config = path === undefined ? undefined : configs.get(path);
    const { value, problems } = compile({
      supportedModes: TRACED_MODES,
      sources: read.value,
      config: config?.value,
      version,
      strict: flags.strict === true,
      ranges: clusterRanges(flags),
      ipFamily: flags.ipFamily,
      flags: { ...kubeProxyFlags({ ...flags }), ...(mode !== undefined && { proxyMode: mode }) },
      cluster: { ...clusterOptions(flags), assignments: pinned.value },
      onStep: progress.step,
    });
    progress.done();
    return {
      value,
      problems: [...pinned.problems, ...read.problems, ...(config?.problems ?? []), ...problems],
    };
  };
}

const NOTHING_READ: Outcome<readonly Source[]> = { value: [], problems: [] };
