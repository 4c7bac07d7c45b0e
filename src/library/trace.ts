import { compileEachFamily } from '../compile.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { brokenRules } from '../trace/broken-rules.ts';
import { type TraceAnswer, traceAnswers } from '../trace/json.ts';
import { readNodeOutputs, tracedNodes } from '../trace/node-rules.ts';
import { TRACED_MODES, type TracedNode } from '../trace/node.ts';
import { packetsFor } from '../trace/questions.ts';
import { familiesOfTargets } from '../trace/target.ts';
import { type TracedPacket, tracePacket } from '../trace/trace-packet.ts';
import { checkForms } from './check-forms.ts';
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
  const { dump, to, from, inInterface, local = false } = options;
  const misused = checkForms(options, { to: 'text', ...(dump !== undefined && { dump: 'source' }) });
  if (misused.length > 0) return { value: undefined, problems: misused };
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

/** Returns the node of each family to which packets for the target belong. */
function nodesOf(options: TraceOptions): Outcome<ReadonlyMap<IpFamily, TracedNode>> {
  const { dump: source, sources, ipFamily, flags = {}, to } = options;
  const dumps =
    source === undefined ? { value: [], problems: [] } : readNodeOutputs([source], ipFamily ?? 'IPv4');
  const asked = ipFamily === undefined ? familiesOfTargets([to]) : [ipFamily];
  const dumped = sources === undefined ? [] : dumps.value.map(({ family }) => family);
  const compiled = compileEachFamily(source === undefined ? asked : dumped, (family) => {
    const { value, problems } = completeRequest({ ...options, sources: sources ?? [], ipFamily: family });
    return { value: value && { ...value, supportedModes: TRACED_MODES }, problems };
  });
  return {
    value: tracedNodes(dumps.value, compiled.value, flags.nodeAddresses ?? []),
    problems: [...dumps.problems, ...compiled.problems],
  };
}
