import { familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { addressMistakes, endpointAddressMistakes, networkMistakes } from './addresses.ts';
import { forbidden, invalid, notSupported, required } from './messages.ts';
import { checkLabels } from './metadata.ts';
import { dnsSubdomainMistakes, labelKeyMistakes } from './names.ts';
import { type ClusterRanges } from './ranges.ts';
import { type Report } from './report.ts';
import { checkServiceAddresses } from './service-address-rules.ts';
import { type ServiceDraft, isExternallyAccessible } from './service-defaults.ts';
import { checkServicePorts } from './service-port-rules.ts';

type Spec = ServiceDraft['spec'];

const TYPES: readonly string[] = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES: readonly string[] = ['ClientIP', 'None'];
const TRAFFIC_POLICIES: readonly string[] = ['Cluster', 'Local'];
const TRAFFIC_DISTRIBUTIONS: readonly string[] = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const IP_MODES: readonly string[] = ['Proxy', 'VIP'];
const LONGEST_AFFINITY_SECONDS = 86400;

const SOURCE_RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_HINTS_ANNOTATION = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE_ANNOTATION = 'service.kubernetes.io/topology-mode';

const ONLY_FOR_LOAD_BALANCERS = forbidden("may only be used when `type` is 'LoadBalancer'");

/** Checks the rules for a Service that has its defaults. (ValidateServiceCreate, pkg/apis/core/validation, 1.36) */
export function checkServiceRules(
  service: ServiceDraft,
  ranges: ClusterRanges | undefined,
  report: Report,
): void {
  const { spec } = service;
  checkTopologyAnnotations(service, report);
  checkWord(spec.type, TYPES, ['spec', 'type'], report);
  if (spec.type === 'ExternalName') checkExternalName(spec, report);
  checkServicePorts(spec, ranges, report);
  if (spec.selector !== undefined) checkLabels(spec.selector, ['spec', 'selector'], report);
  checkAffinity(spec, report);
  checkServiceAddresses(spec, ranges, report);
  if (spec.externalIPs.length > 0) checkExternalIPs(spec, report);
  checkSourceRanges(service, report);
  checkLoadBalancerFields(spec, report);
  checkTrafficPolicies(spec, report);
  if (service.status.loadBalancer.ingress.length > 0) checkStatus(service, report);
}

function checkWord(word: string, supported: readonly string[], path: JsonPath, report: Report): void {
  if (!supported.includes(word)) report.error(path, notSupported(word, supported));
}

function checkTopologyAnnotations({ metadata }: ServiceDraft, report: Report): void {
  const hints = metadata.annotations[TOPOLOGY_HINTS_ANNOTATION];
  const mode = metadata.annotations[TOPOLOGY_MODE_ANNOTATION];
  // kube-proxy accepts Auto and auto, and so does svc2ipt. The API server accepts Auto only here.
  if (hints === undefined || mode?.toLowerCase() === hints.toLowerCase()) return;
  if (mode === undefined) return;
  const why = `must match annotations[${TOPOLOGY_HINTS_ANNOTATION}] when both are specified`;
  report.error(['metadata', 'annotations', TOPOLOGY_MODE_ANNOTATION], invalid(mode, why));
}

function checkExternalName(spec: Spec, report: Report): void {
  const path = ['spec', 'externalName'];
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') report.error(path, required());
  else report.invalid(path, name, dnsSubdomainMistakes(name));
}

function checkAffinity(spec: Spec, report: Report): void {
  checkWord(spec.sessionAffinity, AFFINITIES, ['spec', 'sessionAffinity'], report);
  const seconds = spec.sessionAffinityConfig?.clientIP.timeoutSeconds;
  if (seconds === undefined || (seconds > 0 && seconds <= LONGEST_AFFINITY_SECONDS)) return;
  const why = `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`;
  report.error(['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'], invalid(seconds, why));
}

function checkExternalIPs(spec: Spec, report: Report): void {
  for (const [index, address] of spec.externalIPs.entries()) {
    const wrong = addressMistakes(address);
    report.invalid(
      ['spec', 'externalIPs', index],
      address,
      wrong.length > 0 ? wrong : endpointAddressMistakes(address),
    );
  }
}

function checkSourceRanges({ metadata, spec }: ServiceDraft, report: Report): void {
  const field = ['spec', 'loadBalancerSourceRanges'];
  // The field has a capital letter as in the message of the API server, because people search for that message.
  const printed = ['spec', 'LoadBalancerSourceRanges'];
  const annotation = metadata.annotations[SOURCE_RANGES_ANNOTATION];
  if (spec.loadBalancerSourceRanges.length > 0) {
    if (spec.type !== 'LoadBalancer') report.error(printed, ONLY_FOR_LOAD_BALANCERS, field);
    for (const [index, padded] of spec.loadBalancerSourceRanges.entries()) {
      const range = padded.trim();
      report.invalid([...printed, index], range, networkMistakes(range), [...field, index]);
    }
  } else if (annotation !== undefined) {
    checkSourceRangesAnnotation(annotation, spec, report);
  }
}

function checkSourceRangesAnnotation(annotation: string, spec: Spec, report: Report): void {
  const path = ['metadata', 'annotations', SOURCE_RANGES_ANNOTATION];
  if (spec.type !== 'LoadBalancer') report.error(path, ONLY_FOR_LOAD_BALANCERS);
  if (annotation.trim() === '') return;
  for (const padded of annotation.split(',')) {
    const range = padded.trim();
    report.invalid(path, range, networkMistakes(range));
  }
}

function checkLoadBalancerFields(spec: Spec, report: Report): void {
  const loadBalancerClass = spec.loadBalancerClass;
  if (spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts !== undefined) {
      report.error(['spec', 'allocateLoadBalancerNodePorts'], ONLY_FOR_LOAD_BALANCERS);
    }
    if (loadBalancerClass !== undefined) report.error(['spec', 'loadBalancerClass'], ONLY_FOR_LOAD_BALANCERS);
  } else if (loadBalancerClass !== undefined) {
    report.invalid(['spec', 'loadBalancerClass'], loadBalancerClass, labelKeyMistakes(loadBalancerClass));
  }
}

function checkTrafficPolicies(spec: Spec, report: Report): void {
  const external = spec.externalTrafficPolicy;
  if (external !== undefined && !isExternallyAccessible(spec)) {
    const why = 'may only be set for externally-accessible services';
    report.error(['spec', 'externalTrafficPolicy'], invalid(external, why));
  } else if (external !== undefined) {
    checkWord(external, TRAFFIC_POLICIES, ['spec', 'externalTrafficPolicy'], report);
  }
  if (spec.internalTrafficPolicy !== undefined) {
    checkWord(spec.internalTrafficPolicy, TRAFFIC_POLICIES, ['spec', 'internalTrafficPolicy'], report);
  }
  if (spec.trafficDistribution !== undefined) {
    checkWord(spec.trafficDistribution, TRAFFIC_DISTRIBUTIONS, ['spec', 'trafficDistribution'], report);
  }
}

/** (ValidateLoadBalancerStatus, pkg/apis/core/validation) */
function checkStatus({ spec, status }: ServiceDraft, report: Report): void {
  const { ingress } = status.loadBalancer;
  const path = ['status', 'loadBalancer', 'ingress'];
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    // Current API servers clear the status when the type changes. Older ones kept it, and kube-proxy does not check the
    // type.
    const message = "kube-proxy serves these, although `spec.type` is not 'LoadBalancer'";
    report.warning('status-without-load-balancer', path, message);
  }
  for (const [index, { ip, hostname, ipMode }] of ingress.entries()) {
    if (ip !== undefined) {
      report.invalid([...path, index, 'ip'], ip, addressMistakes(ip));
    }
    if (ipMode !== undefined && ip === undefined) {
      report.error([...path, index, 'ipMode'], forbidden('may not be specified when `ip` is not set'));
    } else if (ipMode !== undefined) {
      checkWord(ipMode, IP_MODES, [...path, index, 'ipMode'], report);
    }
    if (hostname !== undefined) checkIngressHostname(hostname, [...path, index, 'hostname'], report);
  }
}

function checkIngressHostname(hostname: string, path: JsonPath, report: Report): void {
  report.invalid(path, hostname, dnsSubdomainMistakes(hostname));
  if (familyOf(hostname) !== undefined) {
    report.error(path, invalid(hostname, 'must be a DNS name, not an IP address'));
  }
}
