import { type Compilation, compile } from '../compile.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { brokenRules } from '../trace/broken-rules.ts';
import { type TraceAnswer, traceAnswers } from '../trace/json.ts';
import { nodeOfRules, readNodeRules } from '../trace/node-rules.ts';
import { compiledNode, TRACED_MODES, type TracedNode } from '../trace/node.ts';
import { packetsFor } from '../trace/questions.ts';
import { familiesOfTargets } from '../trace/target.ts';
import { type TracedPacket, tracePacket } from '../trace/trace-packet.ts';
import { completeRequest, type NodeOptions } from './node.ts';

/** A packet, and the rules that it passes: those of a dump, else those that the manifests compile to. */
export interface TraceOptions extends Partial<NodeOptions> {
  /** `10.96.0.20:80`, `[fd00::1]:80/UDP`, `:30080`, `shop/web:http` or a DNS name. */
  readonly to: string;
  /** An address, `pod`, `node`, `outside`, or a Pod of the manifests; absent: one client of each kind. */
  readonly from?: string | undefined;
  /** By which the packet comes in; absent: any. */
  readonly inInterface?: string | undefined;
  /** A process of the node sends it. */
  readonly local?: boolean | undefined;
  /** What the node printed: the output of `iptables-save` or `nft list ruleset`. Manifests then tell names alone. */
  readonly dump?: Source | undefined;
}

/**
 * Tells where a packet goes: every outcome, with its probability. Returns an answer for each client and each address
 * that `to` stands for; undefined when something is wrong, which `problems` tells.
 */
export function trace(options: TraceOptions): Outcome<readonly TraceAnswer[] | undefined> {
  const { to, from, inInterface, local = false } = options;
  const { value: nodes, problems } = nodesOf(options);
  const failed = (more: readonly Diagnostic[]): Outcome<undefined> => ({
    value: undefined,
    problems: [...problems, ...more],
  });
  if (hasErrors(problems)) return failed([]);
  const packets = packetsFor(to, { from, inInterface, local }, nodes);
  if (typeof packets === 'string') return failed([diagnostic('packet-invalid', packets)]);
  const traced: TracedPacket[] = [];
  for (const packet of packets) {
    const node = nodes.get(packet.family);
    if (node !== undefined) traced.push(tracePacket(node.program, packet, false));
  }
  const broken = brokenRules(traced);
  return broken.length > 0 ? failed(broken) : { value: traceAnswers(traced, false), problems };
}

/** The rules of each family that packets to the target are of. */
function nodesOf(options: TraceOptions): Outcome<ReadonlyMap<IpFamily, TracedNode>> {
  const { dump: source, sources, ipFamily, flags = {}, to } = options;
  const nodes = new Map<IpFamily, TracedNode>();
  if (source === undefined) {
    const families = ipFamily === undefined ? familiesOfTargets([to]) : [ipFamily];
    const compiled = compileFamilies(options, families);
    for (const each of compiled.value) nodes.set(each.settings.ipFamily, compiledNode(each));
    return { value: nodes, problems: compiled.problems };
  }
  const { value: dumps, problems } = readNodeRules(source, ipFamily ?? 'IPv4');
  const families = dumps.map(({ family }) => family);
  const compiled = compileFamilies(options, sources === undefined ? [] : families);
  for (const dump of dumps) {
    const manifests = compiled.value.find(({ settings }) => settings.ipFamily === dump.family);
    nodes.set(dump.family, nodeOfRules(dump, flags.nodeAddresses ?? [], manifests));
  }
  return { value: nodes, problems: [...problems, ...compiled.problems] };
}

function compileFamilies(
  options: TraceOptions,
  families: readonly IpFamily[],
): Outcome<readonly Compilation[]> {
  const value: Compilation[] = [];
  const problems: Diagnostic[] = [];
  for (const ipFamily of families) {
    const request = completeRequest({ ...options, sources: options.sources ?? [], ipFamily });
    const compiled =
      request.value === undefined ? request : compile({ ...request.value, supportedModes: TRACED_MODES });
    for (const problem of compiled.problems) problems.push(problem);
    if (compiled.value !== undefined && 'mode' in compiled.value) value.push(compiled.value);
  }
  return { value, problems };
}
