import { fields, number, text } from '../../manifest/check/json.ts';
import { type Service } from '../../manifest/types.ts';
import { familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

type Remark = readonly [path: JsonPath, message: string];

/**
 * Finds fields that have no effect in this kind of Service. (GetWarningsForService, pkg/api/service, 1.36)
 */
export const ignoredField = ({ services }: LintInput): readonly Finding[] =>
  services.flatMap((linted) =>
    [...ignoredIn(linted.service)].map(([path, message]) => finding('ignored-field', linted, path, message)),
  );

function* ignoredIn(service: Service): Generator<Remark> {
  const { spec, metadata } = service;
  if (spec.type === 'ExternalName') yield* ignoredInExternalName(service);
  else if (spec.externalName !== undefined) {
    yield [['spec', 'externalName'], 'ignored, as `spec.type` is not ExternalName'];
  }
  if (spec.clusterIP === 'None') yield* ignoredInHeadless(service);
  if (spec.loadBalancerIP !== undefined && spec.type !== 'LoadBalancer') {
    yield [['spec', 'loadBalancerIP'], 'ignored, as `spec.type` is not LoadBalancer'];
  }
  if (Object.hasOwn(metadata.annotations, SOURCE_RANGES)) {
    const path = ['metadata', 'annotations', SOURCE_RANGES];
    yield [path, 'kube-proxy ignores the annotation; use `spec.loadBalancerSourceRanges`'];
  }
}

function* ignoredInExternalName({ spec }: Service): Generator<Remark> {
  if (Object.keys(spec.selector ?? {}).length > 0) {
    yield [['spec', 'selector'], 'ignored, as a Service of type ExternalName is a DNS alias only'];
  }
  if (spec.externalIPs.length > 0) {
    yield [['spec', 'externalIPs'], 'ignored, as a Service of type ExternalName is a DNS alias only'];
  }
}

function* ignoredInHeadless({ spec }: Service): Generator<Remark> {
  const why = 'ignored, as kube-proxy makes no rules for a headless Service';
  if (spec.externalIPs.length > 0) yield [['spec', 'externalIPs'], why];
  if (spec.sessionAffinity !== 'None') yield [['spec', 'sessionAffinity'], why];
  if (spec.internalTrafficPolicy === 'Local') yield [['spec', 'internalTrafficPolicy'], why];
}

/** Finds a timeout without affinity. The API server drops it, so only the raw object shows it. */
export const affinityTimeoutIgnored = ({ raw }: LintInput): readonly Finding[] =>
  raw.flatMap((object) => {
    if (object.kind !== 'Service' || object.group !== '') return [];
    const spec = fields(object.fields['spec']);
    const seconds = number(fields(fields(spec['sessionAffinityConfig'])['clientIP'])['timeoutSeconds']);
    if (seconds === 0 || text(spec['sessionAffinity']) === 'ClientIP') return [];
    const message = 'ignored, as `spec.sessionAffinity` is not ClientIP';
    return [finding('ignored-field', object, ['spec', 'sessionAffinityConfig'], message)];
  });

/** Finds fields and values that still work but are deprecated. (GetWarningsForService, 1.36) */
export const deprecatedField = ({ services }: LintInput): readonly Finding[] =>
  services.flatMap((linted) =>
    [...deprecatedIn(linted.service)].map(([path, message]) =>
      finding('deprecated-field', linted, path, message),
    ),
  );

function* deprecatedIn({ spec, metadata }: Service): Generator<Remark> {
  if (Object.hasOwn(metadata.annotations, TOPOLOGY_HINTS)) {
    yield [['metadata', 'annotations', TOPOLOGY_HINTS], `use the annotation ${TOPOLOGY_MODE} instead`];
  }
  if (spec.trafficDistribution === 'PreferClose') {
    yield [['spec', 'trafficDistribution'], 'PreferClose is now called PreferSameZone'];
  }
  if (spec.externalIPs.length > 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None') {
    const message = 'clusters may switch external IPs off (feature gate AllowServiceExternalIPs)';
    yield [['spec', 'externalIPs'], message];
  }
}

/** Finds topology annotations with a value that turns hints neither on nor off. (hintsEnabled, 1.36) */
export const topologyModeUnknown = ({ services }: LintInput): readonly Finding[] =>
  services.flatMap((linted) =>
    [TOPOLOGY_MODE, TOPOLOGY_HINTS].flatMap((key) => {
      const { annotations } = linted.service.metadata;
      const value = Object.hasOwn(annotations, key) ? (annotations[key] ?? '') : undefined;
      if (value === undefined || KNOWN_MODES.has(value)) return [];
      const message = `${JSON.stringify(value)} turns hints off; there is Auto`;
      return [finding('topology-mode-unknown', linted, ['metadata', 'annotations', key], message)];
    }),
  );

const KNOWN_MODES: ReadonlySet<string> = new Set(['Auto', 'auto', 'Disabled', 'disabled', '']);

/** Finds an IP address where DNS needs a name. */
export const externalNameIsAddress = ({ services }: LintInput): readonly Finding[] =>
  services.flatMap((linted) => {
    const { type, externalName = '' } = linted.service.spec;
    if (type !== 'ExternalName' || familyOf(externalName) === undefined) return [];
    const message = `${externalName} is an IP address; use a Service without selector and an EndpointSlice`;
    return [finding('external-name-is-address', linted, ['spec', 'externalName'], message)];
  });
