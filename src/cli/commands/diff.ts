import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type Diff } from '../../diff.ts';
import { askedMode } from '../../config/asked-mode.ts';
import { type ModeName } from '../../modes/modes.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type IpFamily } from '../../text/ip.ts';
import { againstMisuse, type AgainstFlags, isAgainst, withAgainst } from '../against-options.ts';
import { foldCharts } from '../chart-problems.ts';
import { compareFlags, readExpected } from '../expected-side.ts';
import {
  compareDumps,
  isOneIpvsNode,
  type NodeDump,
  readDumpFiles,
  rulesOfDump,
  tracedDump,
  untoldIn,
} from '../node-dump.ts';
import { type ExitCode, type Io } from '../io.ts';
import { liveNode } from '../live-node.ts';
import {
  collect,
  excludeOption,
  namesInput,
  versionOrAutoOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from '../options.ts';
import { kubeProxyFlags } from '../setting-options.ts';
import { progressOn } from '../progress.ts';
import { unknownParts, unknownTables } from '../tables.ts';
import { readSource } from '../read-inputs.ts';
import { reportProblems } from '../report-problems.ts';
import { flagsForReview } from '../write-review.ts';
import { diffAgainst } from './diff-against.ts';
import { compiledNodeWith } from '../../trace/foreign-rules.ts';
import { reportBehaviour } from './diff-behaviour.ts';
import { diffNodes, nodesMisuse, type NodesFlags, shareOption } from './diff-nodes.ts';
import { type NodeWatchFlags, watchMisuse, watchNode, withWatch } from './diff-watch.ts';
import { type DiffReportFlags, reportDiff } from './report-diff.ts';

interface DiffFlags extends NodesFlags, NodeWatchFlags, AgainstFlags {
  readonly output: DiffReportFlags['output'];
  readonly golden?: string;
  /** Every `--live`; `live` is the first. Several are of one node in mode ipvs. */
  readonly lives?: readonly string[] | undefined;
}

const EXAMPLES = `
Examples:
  kubectl get services,endpointslices,nodes -A -o yaml > cluster.yaml
  sudo svc2ipt diff -f cluster.yaml                      # on the node itself
  svc2ipt diff -f cluster.yaml --node-name node-1 --live node-1.dump --config kube-proxy.yaml
  svc2ipt diff -f cluster.yaml --live dumps/             # a file for each node: node-1.save, node-2.save
  sudo svc2ipt diff --from-cluster --kubeconfig /etc/kubernetes/admin.conf
  sudo svc2ipt diff -f cluster.yaml --watch 30s --metrics-file /var/lib/node_exporter/svc2ipt.prom
  sudo svc2ipt diff --from-cluster --node-name node-1 --watch 30s --metrics-listen 9464
  svc2ipt diff --golden golden/node-1.save --live node-1.dump -o unified
  svc2ipt diff -f cluster.yaml --node-name node-1 --live dumps/node-1/   # mode ipvs: a file of each tool
  svc2ipt diff -f cluster.yaml --config kube-proxy.yaml --kube-proxy-version 1.30 --against-version 1.36 --behaviour
  svc2ipt diff -f cluster.yaml --only shop/web -o json | jq '.differences[].message'

Exit codes: 0 the node is programmed as the cluster says (or both sides are the same), 1 it is not, 2 bad usage or bad input.
`;

const STRICT =
  'unknown fields are errors, not warnings; chains that nothing leads to are differences, not notes';

/** Gives `svc2ipt diff` its options and what it does. */
export function defineDiff(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withWatch(withAgainst(withStandIns(withKubeProxy(withManifests(command, STRICT)))))
    .addOption(shareOption())
    .addOption(excludeOption('--exclude-file'))
    .addOption(versionOrAutoOption())
    .option(
      '--live <dump>',
      "the node's rules: output of iptables-save or nft list ruleset, or - for stdin, or a folder of such files named after their nodes; in mode ipvs repeatable, or a folder: outputs of iptables-save, ipset save, ipvsadm -S -n and ip -j addr show kube-ipvs0; default: this node's own",
      collect,
    )
    .option('--golden <file>', 'compare with the rules in this file instead of manifests')
    .addOption(
      new Option('-t, --table <name>', 'compare only this table; repeatable').argParser(collectTable),
    )
    .option(
      '--part <name>',
      'in mode ipvs compare only iptables, ipset, ipvs or addresses; repeatable',
      collect,
    )
    .addOption(
      new Option('-o, --output <form>', 'how differences are told')
        .choices(['text', 'unified', 'json', 'markdown', 'github'])
        .default('text'),
    )
    .option(
      '--only <service>',
      'tell only of this Service: namespace/name, namespace/name:port or namespace/*; repeatable',
      collect,
    )
    .option('--exclude <service>', 'do not tell of this Service; repeatable', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      const isFamilyGiven = self.getOptionValueSource('ipFamily') === 'cli';
      const given = self.optsWithGlobals<Omit<DiffFlags, 'live'> & { readonly live?: readonly string[] }>();
      const { live: lives, ...others } = given;
      const [live] = lives ?? [];
      const flags: DiffFlags = { ...others, ...(live === undefined ? {} : { live, lives }) };
      finish(await runDiff(flagsForReview(flags, flags.output), isFamilyGiven, io));
    });
}

function collectTable(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function runDiff(flags: DiffFlags, isFamilyGiven: boolean, io: Io): Promise<ExitCode> {
  const folder = flags.live !== undefined && (await isNodesFolder(flags)) ? flags.live : undefined;
  const misused = [...misuse(flags), ...(folder === undefined ? [] : nodesMisuse(flags))];
  if (misused.length > 0) {
    reportProblems(misused, io, flags);
    return 2;
  }
  if (isAgainst(flags)) return diffAgainst(flags, compareFlags(flags), io);
  if (folder !== undefined) return diffNodes(folder, flags, io);
  if (flags.watch !== undefined) return watchNode((own) => compareOnce(own, isFamilyGiven, io), flags, io);
  const live = await readLive(flags, isFamilyGiven, io);
  if (reportProblems(live.problems, io, flags) || live.value === undefined) return 2;
  if (flags.behaviour === true) return diffBehaviour(live.value, flags, io);
  const compared = await compareWith(live.value, flags, io);
  if (reportProblems(foldCharts(compared.problems, 'diff'), io, flags) || compared.value === undefined)
    return 2;
  return reportDiff(compared.value, flags, io);
}

/** Whether `--live` is a folder with a file for each node, and not one with the outputs of one node in mode ipvs. */
const isNodesFolder = async ({ live = '', lives = [] }: DiffFlags): Promise<boolean> =>
  lives.length < 2 && (await isDirectory(live)) && !(await isOneIpvsNode(live));

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Reads the node's rules and what they are compared with, and compares them. */
async function compareOnce(
  flags: DiffFlags,
  isFamilyGiven: boolean,
  io: Io,
): Promise<Outcome<Diff | undefined>> {
  const live = await readLive(flags, isFamilyGiven, io);
  if (live.value === undefined || hasErrors(live.problems)) return { ...live, value: undefined };
  const { value, problems } = await compareWith(live.value, flags, io);
  return { value, problems: foldCharts([...live.problems, ...problems], 'diff') };
}

async function readLive(
  flags: DiffFlags,
  isFamilyGiven: boolean,
  io: Io,
): Promise<Outcome<NodeDump | undefined>> {
  const live =
    flags.live === undefined
      ? await liveNode(flags.ipFamily, await modeAskedFor(flags, io))
      : await readDumpFiles(flags.lives ?? [flags.live], flags, io);
  if (live.value === undefined || hasErrors(live.problems)) return live;
  const unlike = [
    ...otherFamily(flags.lives?.join(', '), live.value, isFamilyGiven ? flags.ipFamily : undefined),
    ...unknownTables(live.value.mode, flags.table ?? []).map(usageError),
    ...unknownParts(live.value.mode, flags.part ?? []).map(usageError),
  ];
  return { value: live.value, problems: [...live.problems, ...unlike] };
}

const compareWith = (live: NodeDump, flags: DiffFlags, io: Io): Promise<Outcome<Diff | undefined>> =>
  flags.golden === undefined ? diffManifests(live, flags, io) : diffGolden(flags.golden, live, flags, io);

async function diffManifests(live: NodeDump, flags: DiffFlags, io: Io): Promise<Outcome<Diff | undefined>> {
  const progress = progressOn(io);
  const compare = await readExpected(flags, progress, io);
  const result = compare(live);
  progress.done();
  return result;
}

/** Compares where packets go on a node with where they should go. */
async function diffBehaviour(live: NodeDump, flags: DiffFlags, io: Io): Promise<ExitCode> {
  if (reportProblems(untoldIn(live), io, flags)) return 2;
  if (flags.golden !== undefined) {
    // Packets can be compared whatever the mode is.
    const golden = await readGolden(flags.golden, live, undefined, io);
    if (reportProblems(golden.problems, io, flags) || golden.value === undefined) return 2;
    if (reportProblems(untoldIn(golden.value), io, flags)) return 2;
    const { nodeAddresses = [] } = kubeProxyFlags({ ...flags });
    return reportBehaviour(
      tracedDump(golden.value, nodeAddresses),
      tracedDump(live, nodeAddresses),
      flags,
      io,
    );
  }
  const { value, problems } = await diffManifests(live, flags, io);
  const compilation = value?.compilation?.();
  if (reportProblems(foldCharts(problems, 'diff'), io, flags) || compilation === undefined) return 2;
  const actual = tracedDump(live, compilation.settings.nodeAddresses);
  return reportBehaviour(compiledNodeWith(compilation, rulesOfDump(live)), actual, flags, io);
}

function misuse(flags: DiffFlags): readonly Diagnostic[] {
  const { filename, golden, live, lives = [], table, part, againstFilename } = flags;
  const messages: string[] = [];
  if (!namesInput(flags) && golden === undefined) {
    const message =
      'nothing to compare with: name manifests with -f, a cluster with --from-cluster, or a file of rules with --golden';
    messages.push(message);
  }
  if (filename !== undefined && golden !== undefined) messages.push('-f and --golden exclude each other');
  if (flags.fromCluster === true && golden !== undefined)
    messages.push('--from-cluster and --golden exclude each other');
  const fromStdin = [...(filename ?? []), ...(againstFilename ?? []), golden, ...lives].filter(
    (path) => path === '-',
  ).length;
  if (fromStdin > 1) messages.push('standard input can be read only once');
  if (part === undefined)
    for (const message of unknownTables('iptables', table ?? [])) messages.push(message);
  return [
    ...messages.map(usageError),
    ...againstMisuse(flags),
    ...watchMisuse(flags, [...(filename ?? []), golden, live]),
  ];
}

const usageError = (message: string): Diagnostic => diagnostic('usage', message);

/** The mode that flags or configuration name; undefined when the node is to tell. */
async function modeAskedFor(flags: DiffFlags, io: Io): Promise<string | undefined> {
  const config = flags.config === undefined ? undefined : (await readSource(flags.config, io)).value;
  return askedMode({ config, flags: kubeProxyFlags({ ...flags }) });
}

/** Refuses to compare rules of IPv4 with rules of IPv6. */
function otherFamily(
  path: string | undefined,
  { mode, dump: { family } }: NodeDump,
  asked: IpFamily | undefined,
): readonly Diagnostic[] {
  if (asked === undefined || asked === family) return [];
  const saved = family === 'IPv6' ? 'iptables-save' : 'ip6tables-save';
  const program = mode === 'nftables' ? 'nft list ruleset' : saved;
  return [
    usageError(
      `${path ?? 'the dump'} holds rules of ${family}, not ${asked}: take the dump with ${program}, or ask for ${family}`,
    ),
  ];
}

async function diffGolden(
  path: string,
  live: NodeDump,
  flags: DiffFlags,
  io: Io,
): Promise<Outcome<Diff | undefined>> {
  const golden = await readGolden(path, live, live.mode, io);
  if (golden.value === undefined) return { value: undefined, problems: golden.problems };
  return { value: compareDumps(golden.value, live, compareFlags(flags)), problems: golden.problems };
}

/** Reads a file of rules, which must be of the family of the node's rules, and of the mode where one is given. */
async function readGolden(
  path: string,
  live: NodeDump,
  mode: ModeName | undefined,
  io: Io,
): Promise<Outcome<NodeDump | undefined>> {
  const golden = await readDumpFiles([path], { ipFamily: live.dump.family }, io);
  if (golden.value === undefined) return golden;
  const unlike =
    mode === undefined || golden.value.mode === mode
      ? otherFamily(path, golden.value, live.dump.family)
      : [usageError(`${path} holds rules of mode ${golden.value.mode}, the node those of ${mode}`)];
  return unlike.length === 0 ? golden : { value: undefined, problems: [...golden.problems, ...unlike] };
}
