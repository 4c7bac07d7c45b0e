import { type ObjectOf } from '../../schema/pieces.ts';
import { type IpFamily, familyOf } from '../../text/ip.ts';
import { type LoadBalancerIngress, type Service, type ServicePortSpec } from '../types.ts';
import {
  fields,
  filledText,
  flag,
  items,
  number,
  optionalFlag,
  optionalNumber,
  optionalText,
  optionalTextMap,
  text,
  texts,
} from './json.ts';
import {
  type ingressSchema,
  type servicePortSchema,
  type serviceSchema,
  type serviceSpecSchema,
} from './schemas/service.ts';
import { type Unchecked, type Writable } from './unchecked.ts';

/** A Service with every default that does not depend on the cluster. It is not checked yet. */
export type ServiceDraft = Unchecked<Service>;
type SpecDraft = Writable<ServiceDraft['spec']>;

const DEFAULT_AFFINITY_SECONDS = 10800;

/** The types that have endpoints. (ExternalName is a DNS alias.) */
const PROXIED_TYPES: ReadonlySet<string> = new Set(['ClusterIP', 'NodePort', 'LoadBalancer']);

/** `clusterIP: None`, or an only entry `None`. (isHeadlessService, pkg/apis/core/validation) */
export const isHeadless = (spec: ServiceDraft['spec']): boolean =>
  spec.clusterIPs.length === 1 && spec.clusterIPs[0] === 'None';

/** Whether traffic from outside the cluster can reach it. (ExternallyAccessible, pkg/api/service) */
export const isExternallyAccessible = (spec: ServiceDraft['spec']): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && spec.externalIPs.length > 0);

/** Whether it has a health check node port. (NeedsHealthCheck, pkg/api/service) */
export const needsHealthCheck = (spec: ServiceDraft['spec']): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/**
 * Reads a Service and fills in the defaults that do not depend on the cluster. (SetDefaults_Service,
 * pkg/apis/core/v1/defaults.go, 1.36)
 */
export function readService(
  raw: ObjectOf<typeof serviceSchema>,
  metadata: Service['metadata'],
): ServiceDraft {
  const spec = readSpec(fields(raw.spec));
  const loadBalancer = fields(fields(raw.status).loadBalancer);
  const ingress = items(loadBalancer.ingress).map((item) => readIngress(fields(item), spec.type));
  return { kind: 'Service', metadata, spec, status: { loadBalancer: { ingress } } };
}

function readSpec(raw: ObjectOf<typeof serviceSpecSchema>): ServiceDraft['spec'] {
  const clusterIP = filledText(raw.clusterIP);
  const clusterIPs = texts(raw.clusterIPs);
  const spec: SpecDraft = {
    type: filledText(raw.type) ?? 'ClusterIP',
    // Old clients set clusterIP alone; it then stands for both fields. (normalizeClusterIPs,
    // registry/core/service/storage)
    clusterIPs: clusterIPs.length === 0 && clusterIP !== undefined ? [clusterIP] : clusterIPs,
    ipFamilies: texts(raw.ipFamilies),
    ports: items(raw.ports).map((port) => readPort(fields(port))),
    sessionAffinity: filledText(raw.sessionAffinity) ?? 'None',
    externalIPs: texts(raw.externalIPs),
    loadBalancerSourceRanges: texts(raw.loadBalancerSourceRanges),
    publishNotReadyAddresses: flag(raw.publishNotReadyAddresses),
  };
  if (clusterIP !== undefined) spec.clusterIP = clusterIP;
  readOptional(raw, spec);
  applyPolicyDefaults(spec);
  return spec;
}

function readOptional(raw: ObjectOf<typeof serviceSpecSchema>, spec: SpecDraft): void {
  for (const field of [
    'ipFamilyPolicy',
    'internalTrafficPolicy',
    'loadBalancerClass',
    'trafficDistribution',
  ] as const) {
    const value = optionalText(raw[field]);
    if (value !== undefined) spec[field] = value;
  }
  for (const field of ['externalTrafficPolicy', 'loadBalancerIP', 'externalName'] as const) {
    const value = filledText(raw[field]);
    if (value !== undefined) spec[field] = value;
  }
  const topologyKeys = texts(raw.topologyKeys);
  if (topologyKeys.length > 0) spec.topologyKeys = topologyKeys;
  const selector = optionalTextMap(raw.selector);
  if (selector !== undefined) spec.selector = selector;
  const healthCheckNodePort = number(raw.healthCheckNodePort);
  if (healthCheckNodePort !== 0) spec.healthCheckNodePort = healthCheckNodePort;
  const allocates = optionalFlag(raw.allocateLoadBalancerNodePorts);
  if (allocates !== undefined) spec.allocateLoadBalancerNodePorts = allocates;
  if (spec.sessionAffinity === 'ClientIP') {
    const clientIP = fields(fields(raw.sessionAffinityConfig).clientIP);
    const timeoutSeconds = optionalNumber(clientIP.timeoutSeconds) ?? DEFAULT_AFFINITY_SECONDS;
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds } };
  }
}

function applyPolicyDefaults(spec: SpecDraft): void {
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ??= 'Cluster';
  if (PROXIED_TYPES.has(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

function readPort(raw: ObjectOf<typeof servicePortSchema>): Unchecked<ServicePortSpec> {
  const portNumber = number(raw.port);
  const target = raw.targetPort;
  const port: Writable<Unchecked<ServicePortSpec>> = {
    name: text(raw.name),
    protocol: filledText(raw.protocol) ?? 'TCP',
    port: portNumber,
    targetPort: filledText(target) ?? (number(target) === 0 ? portNumber : number(target)),
  };
  const nodePort = number(raw.nodePort);
  if (nodePort !== 0) port.nodePort = nodePort;
  const appProtocol = optionalText(raw.appProtocol);
  if (appProtocol !== undefined) port.appProtocol = appProtocol;
  return port;
}

function readIngress(raw: ObjectOf<typeof ingressSchema>, type: string): Unchecked<LoadBalancerIngress> {
  const ingress: Writable<Unchecked<LoadBalancerIngress>> = {};
  const ip = filledText(raw.ip);
  const hostname = filledText(raw.hostname);
  const ipMode =
    optionalText(raw.ipMode) ?? (ip !== undefined && type === 'LoadBalancer' ? 'VIP' : undefined);
  if (ip !== undefined) ingress.ip = ip;
  if (hostname !== undefined) ingress.hostname = hostname;
  if (ipMode !== undefined) ingress.ipMode = ipMode;
  return ingress;
}

/**
 * Fills in what the API server decides when it stores a Service that has passed all checks: IP families, and node ports
 * that follow from others. What the API server draws at random stays open. `families` are those of the cluster, the
 * default first.
 */
export function settleService(draft: ServiceDraft, families: readonly IpFamily[]): Service {
  // To leave a field out takes V8 longer than all other defaults together.
  const spec: SpecDraft = { ...draft.spec, ports: shareNodePorts(draft.spec) };
  if (spec.type === 'ExternalName') {
    delete spec.internalTrafficPolicy;
    return { ...draft, spec } as Service;
  }
  const headlessWithoutSelector = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= headlessWithoutSelector ? 'RequireDualStack' : 'SingleStack';
  const isDual = spec.ipFamilyPolicy !== 'SingleStack' && (families.length > 1 || headlessWithoutSelector);
  spec.ipFamilies = settleFamilies(spec, families[0] ?? 'IPv4', isDual);
  return { ...draft, spec } as Service;
}

/** (initIPFamilyFields, registry/core/service/storage/alloc.go) */
function settleFamilies(spec: ServiceDraft['spec'], primary: IpFamily, isDual: boolean): readonly string[] {
  const families: string[] = [...spec.ipFamilies];
  for (const address of spec.clusterIPs.slice(families.length)) {
    const family = familyOf(address);
    if (family !== undefined) families.push(family);
  }
  if (families.length === 0) families.push(primary);
  if (isDual && families.length === 1) families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  return families;
}

/**
 * Gives ports of one number (DNS over TCP and UDP) one node port: the first that is given for any of them.
 * (initNodePorts, registry/core/service/storage/alloc.go)
 */
function shareNodePorts(spec: ServiceDraft['spec']): ServiceDraft['spec']['ports'] {
  if (!allocatesNodePorts(spec)) return spec.ports;
  const requested = requestedNodePorts(spec);
  return spec.ports.map((port) => {
    const nodePort = port.nodePort ?? requested.get(port.port);
    return nodePort === undefined ? port : { ...port, nodePort };
  });
}

/** Returns true when the API server assigns node ports. (shouldAllocateNodePorts) */
export const allocatesNodePorts = (spec: ServiceDraft['spec']): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** Returns the first node port that is given for each port number. (findRequestedNodePort) */
export function requestedNodePorts(spec: ServiceDraft['spec']): ReadonlyMap<number, number> {
  const requested = new Map<number, number>();
  for (const { port, nodePort } of spec.ports) {
    if (nodePort !== undefined && !requested.has(port)) requested.set(port, nodePort);
  }
  return requested;
}
