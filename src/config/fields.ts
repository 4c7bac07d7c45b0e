import { rankOf, type Version } from '../dialect/version.ts';

/** What JSON a field takes. `component` belongs to another part of Kubernetes and is not looked into. */
export type FieldType =
  'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'strings' | 'gates' | 'component';

/** A field of KubeProxyConfiguration and the releases that know it. */
export interface Field {
  readonly type: FieldType;
  readonly since?: Version;
  /** The first release without it. */
  readonly until?: Version;
}

/**
 * kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration by JSON path.
 * (config/v1alpha1/types.go of k8s.io/kube-proxy, every minor release; clientConnection: k8s.io/component-base)
 */
export const FIELDS = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  bindAddress: { type: 'string' },
  bindAddressHardFail: { type: 'boolean', since: '1.19' },
  'clientConnection.acceptContentTypes': { type: 'string' },
  'clientConnection.burst': { type: 'integer' },
  'clientConnection.contentType': { type: 'string' },
  'clientConnection.kubeconfig': { type: 'string' },
  'clientConnection.qps': { type: 'number' },
  clusterCIDR: { type: 'string' },
  configSyncPeriod: { type: 'duration' },
  'conntrack.max': { type: 'integer', until: '1.15' },
  'conntrack.maxPerCore': { type: 'integer' },
  'conntrack.min': { type: 'integer' },
  'conntrack.tcpBeLiberal': { type: 'boolean', since: '1.29' },
  'conntrack.tcpCloseWaitTimeout': { type: 'duration' },
  'conntrack.tcpEstablishedTimeout': { type: 'duration' },
  'conntrack.udpStreamTimeout': { type: 'duration', since: '1.29' },
  'conntrack.udpTimeout': { type: 'duration', since: '1.29' },
  'detectLocal.bridgeInterface': { type: 'string', since: '1.24' },
  'detectLocal.interfaceNamePrefix': { type: 'string', since: '1.24' },
  detectLocalMode: { type: 'string', since: '1.18' },
  enableProfiling: { type: 'boolean' },
  featureGates: { type: 'gates' },
  healthzBindAddress: { type: 'string' },
  hostnameOverride: { type: 'string' },
  'iptables.localhostNodePorts': { type: 'boolean', since: '1.26' },
  'iptables.masqueradeAll': { type: 'boolean' },
  'iptables.masqueradeBit': { type: 'integer' },
  'iptables.minSyncPeriod': { type: 'duration' },
  'iptables.syncPeriod': { type: 'duration' },
  'ipvs.excludeCIDRs': { type: 'strings' },
  'ipvs.minSyncPeriod': { type: 'duration' },
  'ipvs.scheduler': { type: 'string' },
  'ipvs.strictARP': { type: 'boolean' },
  'ipvs.syncPeriod': { type: 'duration' },
  'ipvs.tcpFinTimeout': { type: 'duration', since: '1.18' },
  'ipvs.tcpTimeout': { type: 'duration', since: '1.18' },
  'ipvs.udpTimeout': { type: 'duration', since: '1.18' },
  logging: { type: 'component', since: '1.28' },
  metricsBindAddress: { type: 'string' },
  mode: { type: 'string' },
  'nftables.masqueradeAll': { type: 'boolean', since: '1.29' },
  'nftables.masqueradeBit': { type: 'integer', since: '1.29' },
  'nftables.minSyncPeriod': { type: 'duration', since: '1.29' },
  'nftables.syncPeriod': { type: 'duration', since: '1.29' },
  nodePortAddresses: { type: 'strings' },
  oomScoreAdj: { type: 'integer' },
  portRange: { type: 'string' },
  resourceContainer: { type: 'string', until: '1.16' },
  showHiddenMetricsForVersion: { type: 'string', since: '1.18' },
  udpIdleTimeout: { type: 'duration', until: '1.26' },
  windowsRunAsService: { type: 'boolean', since: '1.31' },
  'winkernel.enableDSR': { type: 'boolean' },
  'winkernel.forwardHealthCheckVip': { type: 'boolean', since: '1.24' },
  'winkernel.networkName': { type: 'string' },
  'winkernel.rootHnsEndpointName': { type: 'string', since: '1.24' },
  'winkernel.sourceVip': { type: 'string' },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldPath = keyof typeof FIELDS;

const FIELD_BY_PATH: ReadonlyMap<string, Field> = new Map<string, Field>(Object.entries(FIELDS));

/** The field at a JSON path; undefined for what no release knows. */
export const fieldAt = (path: string): Field | undefined => FIELD_BY_PATH.get(path);

/** Whether the field is no longer there at a release. */
export function isGone(field: Field, version: Version): boolean {
  return field.until !== undefined && rankOf(version) >= rankOf(field.until);
}

/** Whether a release knows the field. */
export function isKnownIn(field: Field, version: Version): boolean {
  const hasCome = field.since === undefined || rankOf(version) >= rankOf(field.since);
  return hasCome && !isGone(field, version);
}

const GROUPS: ReadonlyMap<string, readonly string[]> = groupPaths();

function groupPaths(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of FIELD_BY_PATH.keys()) {
    const dot = path.indexOf('.');
    const group = dot === -1 ? '' : path.slice(0, dot);
    const names = groups.get(group) ?? [];
    names.push(path.slice(dot + 1));
    groups.set(group, names);
  }
  groups.get('')?.push(...[...groups.keys()].filter((group) => group !== ''));
  return groups;
}

/** Whether the path is that of an object of fields. */
export const isGroup = (path: string): boolean => path !== '' && GROUPS.has(path);

/** The keys that an object of the configuration may have; `''` is the configuration itself. */
export const keysOf = (group: string): readonly string[] => GROUPS.get(group) ?? [];
