import { rankOf, type Version } from './version.ts';

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
 * There were no such files before 1.7: for these releases a field counts as the flag of its name.
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
  clusterCIDR: { type: 'string', since: '1.2' },
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
  featureGates: { type: 'gates', since: '1.4' },
  healthzBindAddress: { type: 'string' },
  hostnameOverride: { type: 'string' },
  'iptables.localhostNodePorts': { type: 'boolean', since: '1.26' },
  'iptables.masqueradeAll': { type: 'boolean' },
  'iptables.masqueradeBit': { type: 'integer', since: '1.2' },
  'iptables.minSyncPeriod': { type: 'duration', since: '1.5' },
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
  nodePortAddresses: { type: 'strings', since: '1.10' },
  oomScoreAdj: { type: 'integer' },
  portRange: { type: 'string' },
  resourceContainer: { type: 'string', until: '1.16' },
  showHiddenMetricsForVersion: { type: 'string', since: '1.18' },
  udpIdleTimeout: { type: 'duration', since: '1.10', until: '1.26' },
  windowsRunAsService: { type: 'boolean', since: '1.31' },
  'winkernel.enableDSR': { type: 'boolean' },
  'winkernel.forwardHealthCheckVip': { type: 'boolean', since: '1.24' },
  'winkernel.networkName': { type: 'string' },
  'winkernel.rootHnsEndpointName': { type: 'string', since: '1.24' },
  'winkernel.sourceVip': { type: 'string' },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldPath = keyof typeof FIELDS;

/** Whether the field is no longer there at a release. */
export function isGone(field: Field, version: Version): boolean {
  return field.until !== undefined && rankOf(version) >= rankOf(field.until);
}

/** Whether a release knows the field. */
export function isKnownIn(field: Field, version: Version): boolean {
  const hasCome = field.since === undefined || rankOf(version) >= rankOf(field.since);
  return hasCome && !isGone(field, version);
}
