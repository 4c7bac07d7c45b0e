import { type Features } from '../dialect/features.ts';
import {
  type EndpointSlice,
  type LoadBalancerIngress,
  type Service,
  type ServicePortSpec,
} from '../manifest/types.ts';
import { canonicalIp, type Cidr, familyOf, isZeroCidr, parseCidr } from '../text/ip.ts';
import { categorizeEndpoints } from './categorize.ts';
import { collectEndpoints } from './collect-endpoints.ts';
import { isExternalPolicyLocal } from './external-policy.ts';
import { servicePortName } from './service-port-name.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint, type ServicePort } from './state.ts';

type Labels = Readonly<Record<string, string>>;

// What a release makes of a label is asked only where the label stands: releases that answer alike share what is built.
const isLeftToAnotherProxy = (labels: Labels): boolean =>
  Object.hasOwn(labels, 'service.kubernetes.io/service-proxy-name');
const isMarkedHeadless = (labels: Labels): boolean => Object.hasOwn(labels, 'service.kubernetes.io/headless');

/**
 * Tells whether kube-proxy asks the API server for a Service with these labels. A label can leave it to another
 * proxy, or mark it as headless. (ProxyServer.Run, cmd/kube-proxy/app/server.go)
 */
export const isServiceForKubeProxy = (labels: Labels, features: Features): boolean =>
  !(isLeftToAnotherProxy(labels) && features.proxyNameLabel !== 'none') &&
  !(isMarkedHeadless(labels) && features.headlessLabel === 'all');

/** Tells the same of EndpointSlices and Endpoints, which usually have the labels of their Service. */
export const isSliceForKubeProxy = (labels: Labels, features: Features): boolean =>
  !(isLeftToAnotherProxy(labels) && features.proxyNameLabel === 'all') &&
  !(isMarkedHeadless(labels) && features.headlessLabel !== 'none');

/** Returns the cluster IP of the proxier's family; undefined when the proxier ignores the Service. */
export function clusterIpOf(
  service: Service,
  settings: ProxySettings,
  features: Features,
): string | undefined {
  const { type, clusterIP, clusterIPs } = service.spec;
  if (type === 'ExternalName' || clusterIP === undefined || clusterIP === 'None') return undefined;
  const candidates = features.clusterIpFamily === 'any' ? clusterIPs : [clusterIP];
  const found = candidates.find((ip) => familyOf(ip) === settings.ipFamily);
  return found === undefined ? undefined : canonicalIp(found);
}

/** The part of a Service that is the same for all its ports. */
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

/**
 * The part of a Service that concerns the proxier's family. (newBaseServiceInfo, pkg/proxy/serviceport.go)
 */
export function serviceFacts(
  service: Service,
  clusterIP: string,
  settings: ProxySettings,
  features: Features,
): ServiceFacts {
  const { spec } = service;
  const needsHealthCheck = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return {
    clusterIP,
    externalIPs: ofFamily(spec.externalIPs, settings),
    loadBalancerIPs: ofFamily(vipAddresses(service.status.loadBalancer.ingress, features), settings),
    sourceRanges: sourceRanges(spec.loadBalancerSourceRanges, settings, features),
    healthCheckNodePort: needsHealthCheck ? spec.healthCheckNodePort : undefined,
    affinitySeconds: affinitySeconds(service, features),
    externalPolicyLocal: isExternalPolicyLocal(service, features),
    internalPolicyLocal: spec.internalTrafficPolicy === 'Local' && features.internalPolicy,
  };
}

function affinitySeconds({ spec }: Service, features: Features): number | undefined {
  if (spec.sessionAffinity === 'None') return undefined;
  return features.affinitySeconds === 'as-configured'
    ? spec.sessionAffinityConfig?.clientIP.timeoutSeconds
    : features.affinitySeconds;
}

/** Ingress IPs that the load balancer delivers packets to; a hostname gives none. (IsVIPMode) */
function vipAddresses(ingress: readonly LoadBalancerIngress[], features: Features): readonly string[] {
  if (ingress.length === 0) return NO_ADDRESSES;
  return ingress
    .filter((point) => !(features.loadBalancerIpMode && point.ipMode === 'Proxy'))
    .flatMap((point) => (point.ip === undefined || point.ip === '' ? [] : [point.ip]));
}

const NO_ADDRESSES: readonly string[] = Object.freeze([]);

const ofFamily = (ips: readonly string[], settings: ProxySettings): readonly string[] =>
  ips.length === 0 ? NO_ADDRESSES : ips.filter((ip) => familyOf(ip) === settings.ipFamily).map(canonicalIp);

const NO_RANGES: readonly Cidr[] = Object.freeze([]);

function sourceRanges(
  given: readonly string[],
  settings: ProxySettings,
  features: Features,
): readonly Cidr[] {
  if (given.length === 0) return NO_RANGES;
  // The API server lets blanks around a range pass; kube-proxy trims them.
  const ranges = given.flatMap((text) => parseCidr(text.trim()) ?? []);
  const own = ranges.filter((range) => range.family === settings.ipFamily);
  return own.some(isZeroCidr) && features.zeroSourceRange === 'no-restriction' ? [] : own;
}

/** Returns everything that kube-proxy knows about one service port, with its endpoints in any state. */
export function resolveServicePort(
  service: Service,
  slices: readonly EndpointSlice[],
  facts: ServiceFacts,
  port: ServicePortSpec,
  settings: ProxySettings,
  features: Features,
): { readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] } {
  const { namespace, name: serviceName } = service.metadata;
  const wanted = { portName: port.name, protocol: port.protocol };
  const endpoints = collectEndpoints(wanted, slices, settings, features);
  const policy = {
    externalPolicyLocal: facts.externalPolicyLocal,
    internalPolicyLocal: facts.internalPolicyLocal,
    // This reads the Service itself, even if a feature gate leaves external IPs without rules.
    externallyAccessible:
      port.nodePort !== undefined || facts.loadBalancerIPs.length > 0 || facts.externalIPs.length > 0,
  };
  const resolved: ServicePort = {
    // Field by field: two spreads take longer than all else here.
    clusterIP: facts.clusterIP,
    loadBalancerIPs: facts.loadBalancerIPs,
    sourceRanges: facts.sourceRanges,
    healthCheckNodePort: facts.healthCheckNodePort,
    affinitySeconds: facts.affinitySeconds,
    externalPolicyLocal: facts.externalPolicyLocal,
    internalPolicyLocal: facts.internalPolicyLocal,
    externallyAccessible: policy.externallyAccessible,
    namespace,
    serviceName,
    portName: port.name,
    name: servicePortName(namespace, serviceName, port.name, features.unnamedPortColon),
    protocol: LOWER_CASE[port.protocol],
    port: port.port,
    nodePort: port.nodePort,
    externalIPs: features.externalIps ? facts.externalIPs : NO_ADDRESSES,
    endpoints: categorizeEndpoints(service, policy, endpoints, settings, features),
  };
  return { port: resolved, endpoints };
}

const LOWER_CASE = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;
