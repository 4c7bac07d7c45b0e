import { type JsonPath } from '../../text/json-path.ts';
import { type ServicePortSpec } from '../types.ts';
import { duplicate, forbidden, invalid, notSupported, portOutOfRange, required } from './messages.ts';
import {
  dnsLabelMistakes,
  isDnsLabel,
  isPortNumber,
  labelKeyMistakes,
  portNameMistakes,
  portNumberMistakes,
} from './names.ts';
import { type ClusterRanges, formatNodePorts, isNodePort } from './ranges.ts';
import { type Report } from './report.ts';
import {
  type ServiceDraft,
  allocatesNodePorts,
  isHeadless,
  needsHealthCheck,
  requestedNodePorts,
} from './service-defaults.ts';
import { type Unchecked } from './unchecked.ts';

/** The protocols that a port may have, in the order of the message of the API server. */
export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

type Spec = ServiceDraft['spec'];

/** Checks `spec.ports`. (validateService and validateServicePort, pkg/apis/core/validation, 1.36) */
export function checkServicePorts(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  if (spec.ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') {
    report.error(['spec', 'ports'], required());
  }
  checkEachPort(spec, report);
  checkDuplicatePorts(spec, report);
  if (hasNodePorts(spec) || spec.ports.some(({ nodePort }) => nodePort !== undefined)) {
    checkNodePorts(spec, ranges, report);
  }
  checkHealthCheckNodePort(spec, ranges, report);
}

function checkEachPort(spec: Spec, report: Report): void {
  const [only, second] = spec.ports;
  if (only !== undefined && second === undefined && isUsualPort(only)) return;
  const names = new Set<string>();
  for (const [index, port] of spec.ports.entries()) checkPort(spec, port, index, names, report);
}

/** Tells whether a port that is the only one of its Service has no mistake, for those without unusual fields. */
const isUsualPort = ({
  name,
  port,
  protocol,
  targetPort,
  appProtocol,
}: Unchecked<ServicePortSpec>): boolean =>
  (name === '' || isDnsLabel(name)) &&
  isPortNumber(port) &&
  PROTOCOLS.includes(protocol) &&
  typeof targetPort === 'number' &&
  isPortNumber(targetPort) &&
  appProtocol === undefined;

function checkPort(
  spec: Spec,
  port: Unchecked<ServicePortSpec>,
  index: number,
  names: Set<string>,
  report: Report,
): void {
  const at = (field: string): JsonPath => ['spec', 'ports', index, field];
  if (port.name === '') {
    if (spec.ports.length > 1) report.error(at('name'), required());
  } else {
    report.invalid(at('name'), port.name, dnsLabelMistakes(port.name));
    if (names.has(port.name)) report.error(at('name'), duplicate(port.name));
    names.add(port.name);
  }
  report.invalid(at('port'), port.port, portNumberMistakes(port.port));
  if (!PROTOCOLS.includes(port.protocol))
    report.error(at('protocol'), notSupported(port.protocol, PROTOCOLS));
  const { targetPort } = port;
  const mistakes =
    typeof targetPort === 'number' ? portNumberMistakes(targetPort) : portNameMistakes(targetPort);
  report.invalid(at('targetPort'), targetPort, mistakes);
  if (port.appProtocol !== undefined) {
    report.invalid(at('appProtocol'), port.appProtocol, labelKeyMistakes(port.appProtocol));
  }
}

function checkDuplicatePorts(spec: Spec, report: Report): void {
  if (spec.ports.length < 2) return;
  const seen = new Set<string>();
  for (const [index, { port, protocol }] of spec.ports.entries()) {
    const key = `${port}/${protocol}`;
    if (seen.has(key)) report.error(['spec', 'ports', index], duplicate(key));
    seen.add(key);
  }
}

function checkNodePorts(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  const seen = new Set<string>();
  const clashing = clashingNodePorts(spec);
  for (const [index, { nodePort, protocol }] of spec.ports.entries()) {
    const path = ['spec', 'ports', index, 'nodePort'];
    const clash = clashing.get(index);
    if (clash !== undefined) report.error(path, invalid(clash, 'provided port is already allocated'));
    if (nodePort === undefined) continue;
    if (spec.type === 'ClusterIP')
      report.error(path, forbidden("may not be used when `type` is 'ClusterIP'"));
    const key = `${nodePort}/${protocol}`;
    if (clash === undefined && seen.has(key)) report.error(path, duplicate(nodePort));
    seen.add(key);
    if (hasNodePorts(spec)) checkNodePortRange(nodePort, path, ranges, report);
  }
}

/**
 * Returns the node ports that an earlier port of the Service has, by the index of the later port. Ports of one number
 * may share a node port. Protocols do not matter, because the allocator does not know them. (initNodePorts,
 * registry/core/service/storage/alloc.go)
 */
function clashingNodePorts(spec: Spec): ReadonlyMap<number, number> {
  const clashing = new Map<number, number>();
  if (spec.ports.length < 2 || !hasNodePorts(spec)) return clashing;
  const requested = requestedNodePorts(spec);
  const taken = new Set<number>();
  const given = new Map<number, number>();
  for (const [index, { port, nodePort }] of spec.ports.entries()) {
    const wanted = nodePort ?? (allocatesNodePorts(spec) ? requested.get(port) : undefined);
    if (wanted === undefined || given.get(port) === wanted) continue;
    if (taken.has(wanted)) clashing.set(index, wanted);
    taken.add(wanted);
    if (!given.has(port)) given.set(port, wanted);
  }
  return clashing;
}

const hasNodePorts = (spec: Spec): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

function checkNodePortRange(
  port: number,
  path: JsonPath,
  ranges: ClusterRanges | undefined,
  report: Report,
): void {
  const mistakes = portNumberMistakes(port);
  report.invalid(path, port, mistakes);
  if (mistakes.length > 0 || ranges === undefined || isNodePort(ranges, port)) return;
  const message = portOutOfRange(port, formatNodePorts(ranges));
  if (ranges.explicit) report.error(path, message);
  else report.detail('value-out-of-range', path, message);
}

function checkHealthCheckNodePort(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  const port = spec.healthCheckNodePort;
  if (port === undefined) return;
  const path = ['spec', 'healthCheckNodePort'];
  if (!needsHealthCheck(spec)) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    report.error(path, invalid(port, why));
    return;
  }
  if (spec.ports.some(({ nodePort }) => nodePort === port)) {
    report.error(path, invalid(port, 'provided port is already allocated'));
  }
  checkNodePortRange(port, path, ranges, report);
}
