/** `svc2ipt diff --live DIR`: one set of manifests against the dumps of many nodes. */
import { Option } from 'commander';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { nodesJson, nodesText, reportNodes, reviewOfNodes } from '../../report/nodes.ts';
import { type Review } from '../../review/review.ts';
import { type Source } from '../../text/source.ts';
import { foldCharts } from '../chart-problems.ts';
import { type CompareNode, type ExpectedFlags, readExpected } from '../expected-side.ts';
import { type ExitCode, type Io } from '../io.ts';
import { readDumpFiles } from '../node-dump.ts';
import {
  givenToThread,
  itemsOf,
  type NodeFile,
  nodeFilesIn,
  readShare,
  runShares,
  scriptOf,
  type Share,
  threadsFor,
} from '../node-shares.ts';
import { progressOn } from '../progress.ts';
import { reportProblems } from '../report-problems.ts';
import { writeReview } from '../write-review.ts';
import { type DiffReportFlags, reviewOfSelected } from './report-diff.ts';

/** The flags of `svc2ipt diff` that many nodes need. */
export interface NodesFlags extends DiffReportFlags, ExpectedFlags {
  readonly golden?: string;
  readonly watch?: number;
  readonly behaviour?: boolean;
  readonly nodeName?: string;
  readonly hostnameOverride?: string;
  readonly share?: Share;
}

/** The share of the dumps that a worker thread compares. Only this program gives the option. */
export const shareOption = (): Option => new Option('--share <at/of>').argParser(readShare).hideHelp();

/** What came of one node. */
interface NodeResult {
  readonly node: string;
  /** Absent when something is wrong. */
  readonly review?: Review | undefined;
  readonly problems: readonly Diagnostic[];
}

/** What cannot stand beside a folder of dumps. */
export function nodesMisuse(flags: NodesFlags): readonly Diagnostic[] {
  const { golden, watch, behaviour, nodeName, hostnameOverride, output } = flags;
  const messages = [
    ...(golden === undefined ? [] : ['--golden is for one node, and --live names a folder']),
    ...(watch === undefined ? [] : ['--watch is for one node, and --live names a folder']),
    ...(behaviour === true ? ['--behaviour is for one node, and --live names a folder'] : []),
    ...(nodeName === undefined && hostnameOverride === undefined
      ? []
      : ['the files of --live name the nodes']),
    ...(output === 'unified' ? ['a folder of dumps has the forms text, json, markdown and github'] : []),
  ];
  return messages.map((message) => diagnostic('usage', message));
}

/** Compares all nodes, and tells by Service how many of them differ. */
export async function diffNodes(dir: string, flags: NodesFlags, io: Io): Promise<ExitCode> {
  const files = await nodeFilesIn(dir);
  if (reportProblems(files.problems, io, flags)) return 2;
  if (flags.share !== undefined) {
    const { cluster } = givenToThread();
    const own = cluster === undefined ? flags : { ...flags, readCluster: () => Promise.resolve(cluster) };
    for (const result of await compareAll(itemsOf(files.value, flags.share), own, io))
      io.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  }
  const results = inOrder(await spread(files.value, flags, io), files.value);
  const problems = new Map(
    results.flatMap((result) => result.problems.map((problem) => [JSON.stringify(problem), problem])),
  );
  if (reportProblems(foldCharts([...problems.values()], 'diff'), io, flags)) return 2;
  const nodes = results.flatMap(({ node, review }) => (review === undefined ? [] : [{ name: node, review }]));
  const report = reportNodes(nodes);
  switch (flags.output) {
    case 'json':
      io.stdout.write(
        nodesJson(
          report,
          files.value.map(({ node }) => node),
        ),
      );
      break;
    case 'markdown':
    case 'github': {
      const unwritten = await writeReview(reviewOfNodes(report), flags.output, flags, io);
      if (reportProblems(unwritten, io, flags)) return 2;
      break;
    }
    case 'text':
    case 'unified':
      io.stdout.write(nodesText(report));
  }
  return report.differing.length === 0 ? 0 : 1;
}

/** However many threads there were, all is told in the order of the nodes. */
function inOrder(results: readonly NodeResult[], files: readonly NodeFile[]): readonly NodeResult[] {
  const places = new Map(files.map(({ node }, at) => [node, at]));
  const placeOf = ({ node }: NodeResult): number => places.get(node) ?? 0;
  return [...results].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Compares in worker threads where that is worth it, and where this program is a script that they can run. */
async function spread(files: readonly NodeFile[], flags: NodesFlags, io: Io): Promise<readonly NodeResult[]> {
  const { argv } = io;
  const script = await scriptOf(io);
  // Each thread would read standard input for itself.
  const threads = flags.filename?.includes('-') === true ? 1 : threadsFor(files.length);
  if (script === undefined || argv === undefined || threads === 1) return compareAll(files, flags, io);
  const progress = progressOn(io);
  progress.step(`comparing ${files.length} nodes in ${threads} threads`);
  const given = flags.fromCluster === true ? { cluster: await clusterRead(flags, io) } : {};
  const results = await runShares(script, argv, threads, given);
  progress.done();
  // The threads print what compareAll returns.
  return results as readonly NodeResult[];
}

/** Lists the cluster once. Its code is loaded only then. */
const clusterRead = async (flags: NodesFlags, io: Io): Promise<Outcome<readonly Source[]>> =>
  (await import('../cluster-inputs.ts')).clusterReader(flags, io)();

async function compareAll(
  files: readonly NodeFile[],
  flags: NodesFlags,
  io: Io,
): Promise<readonly NodeResult[]> {
  const progress = progressOn(io);
  const compare = await readExpected(flags, { ...progress, step: () => undefined }, io);
  const results: NodeResult[] = [];
  for (const file of files) {
    progress.step(`comparing ${file.node} (${results.length} of ${files.length} done)`);
    results.push(await compareNode(file, compare, flags, io));
  }
  progress.done();
  return results;
}

async function compareNode(
  { node, path }: NodeFile,
  compare: CompareNode,
  flags: NodesFlags,
  io: Io,
): Promise<NodeResult> {
  const live = await readDumpFiles([path], flags, io);
  if (live.value === undefined || hasErrors(live.problems)) return { node, problems: live.problems };
  // Each branch knows the mode, and with it the types.
  const { value, problems } =
    live.value.mode === 'iptables' ? compare(live.value, node) : compare(live.value, node);
  const all = [...live.problems, ...problems];
  if (value === undefined || hasErrors(all)) return { node, problems: all };
  return { node, review: reviewOfSelected(value, flags), problems: all };
}
