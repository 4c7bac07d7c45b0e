import { isOn } from '../dialect/dialect.ts';
import { type Dialect } from '../dialect/history.ts';
import { type ClusterService } from '../cluster/model.ts';
import { type LoadBalancerIngress, type Service, type ServicePortSpec } from '../manifest/types.ts';
import { canonicalIp, type Cidr, familyOf, isZeroCidr, parseCidr } from '../text/ip.ts';
import { categorizeEndpoints } from './categorize.ts';
import { servicePortChains, servicePortName } from './chain-names.ts';
import { collectEndpoints } from './collect-endpoints.ts';
import { isExternalPolicyLocal } from './external-policy.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint, type ServicePort } from './state.ts';

/**
 * Whether kube-proxy looks at an object of such labels: another proxy may serve it, or nobody want its endpoints.
 * (ProxyServer.Run, cmd/kube-proxy/app/server.go)
 */
export const isForKubeProxy = (labels: Readonly<Record<string, string>>, dialect: Dialect): boolean =>
  !(dialect.proxyNameLabel && Object.hasOwn(labels, 'service.kubernetes.io/service-proxy-name')) &&
  !(dialect.headlessLabel && Object.hasOwn(labels, 'service.kubernetes.io/headless'));

/** The cluster IP that a proxier of the settings' family serves; undefined when it leaves the Service alone. */
export function clusterIpOf(service: Service, settings: ProxySettings, dialect: Dialect): string | undefined {
  const { type, clusterIP, clusterIPs } = service.spec;
  if (type === 'ExternalName' || clusterIP === undefined || clusterIP === 'None') return undefined;
  const candidates = dialect.clusterIpFamily === 'any' ? clusterIPs : [clusterIP];
  const found = candidates.find((ip) => familyOf(ip) === settings.ipFamily);
  return found === undefined ? undefined : canonicalIp(found);
}

/** What of a Service is the same for all its ports. */
export interface ServiceFacts {
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly Cidr[];
  readonly healthCheckNodePort: number | undefined;
  readonly affinitySeconds: number | undefined;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
}

/** The part of a Service that concerns the proxier's family. (newBaseServiceInfo, pkg/proxy/serviceport.go) */
export function serviceFacts(
  service: Service,
  clusterIP: string,
  settings: ProxySettings,
  dialect: Dialect,
): ServiceFacts {
  const { spec } = service;
  const needsHealthCheck = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return {
    clusterIP,
    externalIPs: ofFamily(spec.externalIPs, settings),
    loadBalancerIPs: ofFamily(vipAddresses(service.status.loadBalancer.ingress, settings, dialect), settings),
    sourceRanges: sourceRanges(spec.loadBalancerSourceRanges, settings, dialect),
    healthCheckNodePort: needsHealthCheck ? spec.healthCheckNodePort : undefined,
    affinitySeconds: affinitySeconds(service, dialect),
    externalPolicyLocal: isExternalPolicyLocal(service, settings, dialect),
    internalPolicyLocal:
      spec.internalTrafficPolicy === 'Local' && isOn(dialect.internalPolicy, settings.gates),
  };
}

function affinitySeconds({ spec }: Service, dialect: Dialect): number | undefined {
  if (spec.sessionAffinity === 'None') return undefined;
  return dialect.affinitySeconds === 'as-configured'
    ? spec.sessionAffinityConfig?.clientIP.timeoutSeconds
    : dialect.affinitySeconds;
}

/** Ingress IPs that the load balancer delivers packets to; a hostname gives none. (IsVIPMode) */
function vipAddresses(
  ingress: readonly LoadBalancerIngress[],
  settings: ProxySettings,
  dialect: Dialect,
): readonly string[] {
  const honoursMode = isOn(dialect.loadBalancerIpMode, settings.gates);
  return ingress
    .filter((point) => !(honoursMode && point.ipMode === 'Proxy'))
    .flatMap((point) => (point.ip === undefined || point.ip === '' ? [] : [point.ip]));
}

const ofFamily = (ips: readonly string[], settings: ProxySettings): readonly string[] =>
  ips.filter((ip) => familyOf(ip) === settings.ipFamily).map(canonicalIp);

function sourceRanges(given: readonly string[], settings: ProxySettings, dialect: Dialect): readonly Cidr[] {
  // The API server lets blanks around a range pass; kube-proxy trims them.
  const ranges = given.flatMap((text) => parseCidr(text.trim()) ?? []);
  const own = ranges.filter((range) => range.family === settings.ipFamily);
  return dialect.zeroSourceRange === 'no-restriction' && own.some(isZeroCidr) ? [] : own;
}

/** Everything that the rules of one service port depend on, and how many endpoints it has of any state. */
export function resolveServicePort(
  { service, slices }: ClusterService,
  facts: ServiceFacts,
  port: ServicePortSpec,
  settings: ProxySettings,
  dialect: Dialect,
): { readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] } {
  const { namespace, name: serviceName } = service.metadata;
  const name = servicePortName(namespace, serviceName, port.name, dialect.unnamedPortColon);
  const protocol = LOWER_CASE[port.protocol];
  const wanted = { name, portName: port.name, protocol: port.protocol };
  const endpoints = collectEndpoints(wanted, slices, settings, dialect);
  const policy = {
    externalPolicyLocal: facts.externalPolicyLocal,
    internalPolicyLocal: facts.internalPolicyLocal,
    // Asks what the Service says, even where a feature gate keeps external IPs from getting rules.
    externallyAccessible:
      port.nodePort !== undefined || facts.loadBalancerIPs.length > 0 || facts.externalIPs.length > 0,
  };
  const sets = categorizeEndpoints(service, policy, endpoints, settings, dialect);
  const stoppedWithoutLocal = dialect.blockedTraffic === 'filter-drop' && sets.local.length === 0;
  const resolved: ServicePort = {
    ...facts,
    ...policy,
    name,
    protocol,
    chains: servicePortChains(name, protocol),
    port: port.port,
    nodePort: port.nodePort,
    externalIPs: isOn(dialect.externalIps, settings.gates) ? facts.externalIPs : [],
    endpoints: sets,
    hasNatRules: sets.usable || dialect.natWithoutEndpoints,
    servesInternal: sets.usable && !(facts.internalPolicyLocal && stoppedWithoutLocal),
    servesExternal: sets.usable && !(facts.externalPolicyLocal && stoppedWithoutLocal),
  };
  return { port: resolved, endpoints };
}

const LOWER_CASE = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;
