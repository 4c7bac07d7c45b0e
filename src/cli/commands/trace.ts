import { foldCharts } from '../chart-problems.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { brokenRules } from '../../trace/broken-rules.ts';
import { jsonTrace } from '../../trace/json.ts';
import { type NodeRules, tracedNodes } from '../../trace/node-rules.ts';
import { TRACED_MODES, type TracedNode } from '../../trace/node.ts';
import { type Packet } from '../../trace/packet.ts';
import { type PacketLine, readPackets } from '../../trace/packets-file.ts';
import { packetOfLine, packetsFor } from '../../trace/questions.ts';
import { familiesOfTargets } from '../../trace/target.ts';
import { textTrace } from '../../trace/text.ts';
import { type TracedPacket, tracePacket } from '../../trace/trace-packet.ts';
import { familyOf, type IpFamily } from '../../text/ip.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  collect,
  excludeOption,
  namesInput,
  NO_RULES,
  versionOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from '../options.ts';
import { kubeProxyFlags } from '../setting-options.ts';
import { progressOn } from '../progress.ts';
import { readSource } from '../read-inputs.ts';
import { compileInAnyMode, readLiveRules, type RuleFlags } from '../read-rules.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

interface TraceFlags extends ReportFlags, RuleFlags {
  readonly to?: string;
  readonly from?: string;
  readonly inInterface?: string;
  readonly local?: boolean;
  readonly packets?: string;
  readonly knownTo?: string;
  readonly output: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  svc2ipt trace -f deploy/ --node-name node-1 --to shop/web:http
  svc2ipt trace -f deploy/ --node-name node-1 --to 10.96.0.20:80 --from pod -v
  svc2ipt trace --live node-1.dump --node-address 192.168.0.2 --to :30080 --from outside
  svc2ipt trace --live node-1.dump --to shop/web --from outside --known-to 10.244.1.10:8080
  svc2ipt trace --live node-1.dump --packets packets.jsonl -o json
  svc2ipt trace --live dumps/node-1/ -f cluster.yaml --node-name node-1 --to shop/web   # mode ipvs: a file of each tool

Exit codes: 0 every packet reaches somewhere, 1 one is dropped or rejected, or the rules alone do not decide it,
2 bad usage or bad input.
`;

/** Gives `svc2ipt trace` its options and what it does. */
export function defineTrace(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withStandIns(withKubeProxy(withManifests(command)))
    .addOption(excludeOption())
    .addOption(versionOption())
    .option(
      '--live <dump>',
      'rules of a node: output of iptables-save or nft list ruleset, and of ipset save; in mode ipvs also of ipvsadm -S -n and ip -j addr show kube-ipvs0; - for stdin, or a folder of these; repeatable',
      collect,
    )
    .option(
      '--to <target>',
      'IP:PORT[/PROTOCOL], [IPv6]:PORT, :NODEPORT, NAMESPACE/NAME[:PORT] or a DNS name',
    )
    .option(
      '--from <client>',
      'an address, pod, node, outside, or a Pod of the manifests; default: all three kinds',
    )
    .addOption(new Option('--in-interface <name>', 'by which the packet comes in').argParser(readInterface))
    .option('--local', 'a process of the node sends it')
    .option(
      '--known-to <endpoint>',
      'ADDRESS:PORT to which session affinity sent the client before; default: it is new',
    )
    .option('--packets <file>', 'many packets, a JSON object a line, or - for stdin')
    .addOption(
      new Option('-o, --output <form>', 'how the answer is told').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      const isFamilyGiven = self.getOptionValueSource('ipFamily') === 'cli';
      finish(await runTrace(self.optsWithGlobals<TraceFlags>(), isFamilyGiven, io));
    });
}

/** Reads the name of an interface as the kernel takes it. (dev_valid_name) */
function readInterface(value: string): string {
  if (/^[^\s/:]{1,15}$/.test(value) && !/^\.{1,2}$/.test(value)) return value;
  throw new InvalidArgumentError('It is a name of 1 to 15 characters, without blanks, slashes and colons.');
}

async function runTrace(flags: TraceFlags, isFamilyGiven: boolean, io: Io): Promise<ExitCode> {
  const asked = await readQuestions(flags, io);
  if (reportProblems(asked.problems, io, flags)) return 2;
  const progress = progressOn(io);
  const families = isFamilyGiven
    ? [flags.ipFamily]
    : familiesOfTargets(flags.to === undefined ? asked.value.map(({ to }) => to) : [flags.to]);
  const nodes = await readNodes(flags, families, asked.value, progress.step, io);
  if (reportProblems(foldCharts(nodes.problems, 'trace'), io, flags)) return 2;
  const packets = findPackets(flags, asked.value, nodes.value);
  if (reportProblems(packets.problems, io, flags)) return 2;
  progress.step('tracing');
  const traced: TracedPacket[] = [];
  const explains = flags.verbose === true && flags.output === 'text';
  for (const packet of packets.value) {
    const node = nodes.value.get(packet.family);
    if (node !== undefined) traced.push(tracePacket(node.program, packet, explains));
  }
  progress.done();
  if (reportProblems(brokenRules(traced), io, flags)) return 2;
  io.stdout.write(
    flags.output === 'json'
      ? jsonTrace(traced, flags.verbose === true)
      : textTrace(traced, {
          walks: traced.length === 1 || flags.verbose === true,
          verbose: flags.verbose === true,
        }),
  );
  return traced.every(reachesSomewhere) ? 0 : 1;
}

const reachesSomewhere = ({ outcomes }: TracedPacket): boolean =>
  outcomes.every(
    ({ verdict, undecided }) => verdict !== 'DROP' && verdict !== 'REJECT' && undecided.length === 0,
  );

/** The lines of `--packets`; empty without it. */
async function readQuestions(flags: TraceFlags, io: Io): Promise<Outcome<readonly PacketLine[]>> {
  const misused = misuse(flags);
  if (misused.length > 0 || flags.packets === undefined) return { value: [], problems: misused };
  const source = await readSource(flags.packets, io);
  if (source.value === undefined) return { value: [], problems: source.problems };
  const { packets, problems } = readPackets(source.value);
  return { value: packets, problems: [...source.problems, ...problems] };
}

function misuse({
  filename,
  fromCluster,
  live,
  to,
  from,
  packets,
  local,
  inInterface,
  knownTo,
}: TraceFlags): readonly Diagnostic[] {
  const messages: string[] = [];
  if (!namesInput({ filename, fromCluster }) && live === undefined) {
    messages.push(NO_RULES);
  }
  if ((to === undefined) === (packets === undefined)) {
    messages.push('name one destination with --to, or a file of packets with --packets');
  }
  const alone = [from, local, inInterface, knownTo].some((option) => option !== undefined);
  if (packets !== undefined && alone)
    messages.push('with --packets, each line tells where its packet comes from');
  if (local === true && inInterface !== undefined)
    messages.push('--local and --in-interface exclude each other');
  const fromStdin = [...(filename ?? []), ...(live ?? []), packets].filter((path) => path === '-').length;
  if (fromStdin > 1) messages.push('standard input can be read only once');
  return messages.map((message) => diagnostic('usage', message));
}

async function readNodes(
  flags: TraceFlags,
  families: readonly IpFamily[],
  lines: readonly PacketLine[],
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<ReadonlyMap<IpFamily, TracedNode>>> {
  const dumps = await readLiveRules(flags, io);
  const compiled = !namesInput(flags)
    ? { value: [], problems: [] }
    : await compileInAnyMode(
        flags,
        TRACED_MODES,
        dumps.value.length > 0 ? dumps.value.map(({ family }) => family) : families,
        onStep,
        io,
      );
  const problems = [...dumps.problems, ...compiled.problems];
  if (hasErrors(problems)) return { value: new Map(), problems };
  // Who sends from the node has an address of the node.
  const senders = lines
    .filter(({ local, from }) => local && familyOf(from) !== undefined)
    .map(({ from }) => from);
  const { nodeAddresses = [] } = kubeProxyFlags({ ...flags });
  const nodes = tracedNodes(dumps.value, compiled.value, [...nodeAddresses, ...senders]);
  const told = dumps.value.flatMap((dump, at) => [
    ...(dumps.value.findIndex(({ family }) => family === dump.family) < at ? [secondDump(dump)] : []),
    ...(nodes.get(dump.family)?.here.nodeAddresses.length === 0 ? [withoutAddresses(dump)] : []),
  ]);
  return { value: nodes, problems: [...problems, ...told] };
}

const secondDump = ({ family }: NodeRules): Diagnostic =>
  diagnostic('usage', `two dumps of ${family} rules: give one of each family`);

const withoutAddresses = ({ family }: NodeRules): Diagnostic =>
  diagnostic(
    'node-addresses-unknown',
    `a dump does not tell the node's ${family} addresses, so that only loopback counts as the node's own: ` +
      'name them with --node-address',
  );

function findPackets(
  flags: TraceFlags,
  lines: readonly PacketLine[],
  nodes: ReadonlyMap<IpFamily, TracedNode>,
): Outcome<readonly Packet[]> {
  const { to, from, inInterface, local = false, knownTo, packets: file = '' } = flags;
  if (to !== undefined) {
    const packets = packetsFor(to, { from, inInterface, local, knownTo }, nodes);
    return typeof packets === 'string'
      ? { value: [], problems: [diagnostic('packet-invalid', packets)] }
      : { value: packets, problems: [] };
  }
  const found: Packet[] = [];
  const problems: Diagnostic[] = [];
  for (const line of lines) {
    const packet = packetOfLine(line, nodes);
    if (typeof packet !== 'string') found.push(packet);
    else {
      const place = { file, line: line.line, column: 1 };
      problems.push(diagnostic('packet-invalid', packet, { place }));
    }
  }
  return { value: found, problems };
}
