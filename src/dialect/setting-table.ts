/**
 * kube-proxy's settings, one row each. A row holds everything about its setting. The command line and its
 * help, the reader of configuration files, the types, the merge of flags and file, the limits and "given or
 * inferred" follow from it. To add a setting, add a row here and read it where it is used.
 *
 * Sources: config/v1alpha1/types.go of k8s.io/kube-proxy and AddFlags of cmd/kube-proxy/app (options.go, in
 * older releases server.go) at every minor release; pkg/proxy/apis/config/validation; clientConnection:
 * k8s.io/component-base.
 */
import { type Limits, type NodeRow, type SettingRow } from './settings.ts';
import { OLDEST } from './version.ts';

// Zero means the default where kube-proxy says "greater than 0".
const POSITIVE = { least: 0, must: 'must be greater than 0' } as const satisfies Limits;
const NOT_NEGATIVE = { least: 0, must: 'must be greater than or equal to 0' } as const satisfies Limits;
const MARK_BIT = { least: 0, most: 31, must: 'must be within the range [0, 31]' } as const satisfies Limits;
const SECOND = 1e9;
const SYNC_PERIOD = { type: 'duration', default: 30 * SECOND } as const satisfies Partial<SettingRow>;
// A null duration reads as an empty text, which is none. kube-proxy holds pointers to these alone. (metav1.Duration)
const NULLABLE_DURATION = { type: 'duration', mayBeNull: true } as const satisfies Partial<SettingRow>;
const IN_IPVS = { modes: ['ipvs'] } as const satisfies Partial<Limits>;
const IN_NFTABLES = { modes: ['nftables'] } as const satisfies Partial<Limits>;
// From 1.31 on, the periods of the mode in force apply to all modes. (v1alpha1/conversion.go)
const IN_IPTABLES = { modes: ['iptables'], modesSince: '1.31' } as const satisfies Partial<Limits>;

/**
 * By JSON path in kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration; the help lists the flags in this
 * order. There were no such files before 1.7: for these releases a field counts as the flag of its name.
 */
export const SETTINGS = {
  hostnameOverride: {
    type: 'string',
    flag: '--hostname-override',
    argument: '<name>',
    name: 'hostnameOverride',
    help: "the node's name, as kube-proxy calls it",
    alias: { flag: '--node-name', help: 'the node whose rules they are; same as --hostname-override' },
  },
  clusterCIDR: {
    type: 'string',
    since: '1.2',
    flag: '--cluster-cidr',
    argument: '<cidrs>',
    name: 'clusterCIDR',
    help: 'pod network of the cluster, one a family',
    decides: ['localTraffic', 'familyServed'],
  },
  detectLocalMode: {
    type: 'string',
    since: '1.18',
    flag: '--detect-local-mode',
    argument: '<mode>',
    name: 'detectLocalMode',
    help: 'ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix',
    decides: ['localTraffic'],
  },
  'detectLocal.bridgeInterface': {
    type: 'string',
    since: '1.24',
    flag: '--pod-bridge-interface',
    argument: '<name>',
    name: 'podBridgeInterface',
    help: 'bridge of the pods, for BridgeInterface',
    decides: ['localTraffic'],
  },
  'detectLocal.interfaceNamePrefix': {
    type: 'string',
    since: '1.24',
    flag: '--pod-interface-name-prefix',
    argument: '<prefix>',
    name: 'podInterfaceNamePrefix',
    help: 'begin of pod interface names, for InterfaceNamePrefix',
    decides: ['localTraffic'],
  },
  mode: {
    type: 'string',
    default: 'iptables',
    flag: '--proxy-mode',
    argument: '<mode>',
    name: 'proxyMode',
    help: 'iptables, nftables, ipvs or userspace, for the commands and releases that know it (iptables)',
  },
  bindAddress: {
    type: 'string',
    flag: '--bind-address',
    argument: '<ip>',
    name: 'bindAddress',
    help: 'address that kube-proxy binds to; decides its own idea of the node IP',
    decides: ['familyServed'],
  },
  'iptables.masqueradeAll': {
    type: 'boolean',
    modes: ['iptables', 'ipvs'],
    flag: '--masquerade-all',
    argument: '[bool]',
    name: 'masqueradeAll',
    help: 'masquerade all traffic to cluster IPs',
    decides: ['masqueradeAll'],
  },
  // The flag sets iptables.masqueradeAll alone in 1.29 and 1.30, then that of the mode in force (Linux.MasqueradeAll).
  'nftables.masqueradeAll': {
    type: 'boolean',
    since: '1.29',
    modes: ['nftables'],
    setBy: { name: 'masqueradeAll', since: '1.31' },
    decides: ['masqueradeAll'],
  },
  'iptables.masqueradeBit': {
    type: 'integer',
    since: '1.2',
    modes: ['iptables', 'ipvs'],
    default: 14,
    limits: MARK_BIT,
    flag: '--iptables-masquerade-bit',
    argument: '<bit>',
    name: 'masqueradeBit',
    help: 'mark bit, 0 to 31; in mode nftables only a file sets it',
    decides: ['masqueradeBit'],
  },
  // No flag sets it in any release. (addOSFlags and AddFlags, cmd/kube-proxy/app)
  'nftables.masqueradeBit': {
    type: 'integer',
    since: '1.29',
    modes: ['nftables'],
    default: 14,
    limits: { ...MARK_BIT, ...IN_NFTABLES },
    decides: ['masqueradeBit'],
  },
  'iptables.localhostNodePorts': {
    type: 'boolean',
    since: '1.26',
    modes: ['iptables'],
    default: true,
    flag: '--iptables-localhost-nodeports',
    argument: '[bool]',
    name: 'localhostNodePorts',
    help: 'node ports work on localhost',
    decides: ['localhostNodePorts'],
  },
  nodePortAddresses: {
    type: 'strings',
    since: '1.10',
    flag: '--nodeport-addresses',
    argument: '<cidrs>',
    name: 'nodePortAddresses',
    help: 'networks whose addresses serve node ports, or primary',
    decides: ['nodePortAddresses'],
  },
  // Other programs may set nf_conntrack_tcp_be_liberal, so `false` does not describe the node.
  'conntrack.tcpBeLiberal': {
    type: 'boolean',
    since: '1.29',
    flag: '--conntrack-tcp-be-liberal',
    argument: '[bool]',
    name: 'tcpBeLiberal',
    help: 'kube-proxy sets nf_conntrack_tcp_be_liberal',
    decides: ['tcpBeLiberal'],
    decidesIf: true,
  },
  featureGates: {
    type: 'gates',
    since: '1.4',
    flag: '--feature-gates',
    argument: '<gates>',
    name: 'featureGates',
    help: 'A=true,B=false',
    flagSince: OLDEST,
    decides: ['familyServed'],
  },
  'ipvs.scheduler': {
    type: 'string',
    modes: ['ipvs'],
    default: 'rr',
    flag: '--ipvs-scheduler',
    argument: '<name>',
    name: 'ipvsScheduler',
    help: 'scheduler of all virtual servers, for mode ipvs (rr)',
    decides: ['ipvs'],
    flagSince: '1.8',
  },
  'ipvs.strictARP': {
    type: 'boolean',
    modes: ['ipvs'],
    flag: '--ipvs-strict-arp',
    argument: '[bool]',
    name: 'ipvsStrictARP',
    help: 'kube-proxy sets arp_ignore and arp_announce, for mode ipvs',
    // 1.13.6 and 1.14.1. (kubernetes#75295)
    flagSince: '1.13',
  },
  'ipvs.excludeCIDRs': {
    type: 'strings',
    modes: ['ipvs'],
    flag: '--ipvs-exclude-cidrs',
    argument: '<cidrs>',
    name: 'ipvsExcludeCIDRs',
    help: 'networks of virtual servers that kube-proxy leaves alone, for mode ipvs',
    // kubernetes#62083
    flagSince: '1.11',
  },
  'ipvs.tcpTimeout': {
    type: 'duration',
    since: '1.18',
    modes: ['ipvs'],
    limits: { ...NOT_NEGATIVE, ...IN_IPVS },
    flag: '--ipvs-tcp-timeout',
    argument: '<duration>',
    name: 'ipvsTCPTimeout',
    help: 'of idle TCP connections, for mode ipvs (0s: as it is)',
  },
  'ipvs.tcpFinTimeout': {
    type: 'duration',
    since: '1.18',
    modes: ['ipvs'],
    limits: { ...NOT_NEGATIVE, ...IN_IPVS },
    flag: '--ipvs-tcpfin-timeout',
    argument: '<duration>',
    name: 'ipvsTCPFinTimeout',
    help: 'of TCP connections after a FIN, for mode ipvs (0s: as it is)',
  },
  'ipvs.udpTimeout': {
    type: 'duration',
    since: '1.18',
    modes: ['ipvs'],
    limits: { ...NOT_NEGATIVE, ...IN_IPVS },
    flag: '--ipvs-udp-timeout',
    argument: '<duration>',
    name: 'ipvsUDPTimeout',
    help: 'of UDP packets, for mode ipvs (0s: as it is)',
  },

  // What follows shapes no rule, but kube-proxy may refuse to start with it.
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  bindAddressHardFail: { type: 'boolean', since: '1.19' },
  'clientConnection.acceptContentTypes': { type: 'string' },
  'clientConnection.burst': { type: 'integer', limits: NOT_NEGATIVE },
  'clientConnection.contentType': { type: 'string' },
  'clientConnection.kubeconfig': { type: 'string' },
  'clientConnection.qps': { type: 'number' },
  configSyncPeriod: { type: 'duration', limits: POSITIVE },
  'conntrack.max': { type: 'integer', until: '1.15', limits: NOT_NEGATIVE },
  'conntrack.maxPerCore': { type: 'integer', limits: NOT_NEGATIVE },
  'conntrack.min': { type: 'integer', limits: NOT_NEGATIVE },
  'conntrack.tcpCloseWaitTimeout': { ...NULLABLE_DURATION, limits: NOT_NEGATIVE },
  'conntrack.tcpEstablishedTimeout': { ...NULLABLE_DURATION, limits: NOT_NEGATIVE },
  'conntrack.udpStreamTimeout': { type: 'duration', since: '1.29', limits: NOT_NEGATIVE },
  'conntrack.udpTimeout': { type: 'duration', since: '1.29', limits: NOT_NEGATIVE },
  enableProfiling: { type: 'boolean' },
  healthzBindAddress: { type: 'string' },
  'iptables.minSyncPeriod': {
    type: 'duration',
    since: '1.5',
    default: SECOND,
    defaultSince: '1.19',
    limits: { ...NOT_NEGATIVE, ...IN_IPTABLES },
  },
  'iptables.syncPeriod': { ...SYNC_PERIOD, limits: { ...POSITIVE, ...IN_IPTABLES } },
  'ipvs.minSyncPeriod': { type: 'duration', limits: { ...NOT_NEGATIVE, ...IN_IPVS } },
  'ipvs.syncPeriod': { ...SYNC_PERIOD, limits: { ...POSITIVE, ...IN_IPVS } },
  logging: { type: 'component', since: '1.28' },
  metricsBindAddress: { type: 'string' },
  'nftables.minSyncPeriod': {
    type: 'duration',
    since: '1.29',
    default: SECOND,
    limits: { ...NOT_NEGATIVE, ...IN_NFTABLES },
  },
  'nftables.syncPeriod': { ...SYNC_PERIOD, since: '1.29', limits: { ...POSITIVE, ...IN_NFTABLES } },
  oomScoreAdj: {
    type: 'integer',
    limits: { least: -1000, most: 1000, must: 'must be within the range [-1000, 1000]' },
  },
  portRange: {
    type: 'string',
    flag: '--proxy-port-range',
    argument: '<from-to>',
    name: 'proxyPortRange',
    help: 'ports on which kube-proxy may listen in mode userspace (any)',
  },
  resourceContainer: { type: 'string', until: '1.16' },
  showHiddenMetricsForVersion: { type: 'string', since: '1.18' },
  udpIdleTimeout: { type: 'duration', since: '1.10', until: '1.26', limits: POSITIVE },
  windowsRunAsService: { type: 'boolean', since: '1.31' },
  'winkernel.enableDSR': { type: 'boolean' },
  'winkernel.forwardHealthCheckVip': { type: 'boolean', since: '1.24' },
  'winkernel.networkName': { type: 'string' },
  'winkernel.rootHnsEndpointName': { type: 'string', since: '1.24' },
  'winkernel.sourceVip': { type: 'string' },
} as const satisfies Readonly<Record<string, SettingRow>>;

/** What only the node itself knows; flags of svc2ipt's own, by the key in `KubeProxyFlags`. */
export const NODE_SETTINGS = {
  nodeAddresses: {
    type: 'addresses',
    flag: '--node-address',
    argument: '<ip>',
    name: 'nodeAddresses',
    help: "address on the node's interfaces; repeatable",
    decides: ['nodeAddresses'],
  },
  noNfacct: {
    type: 'absence',
    flag: '--no-nfacct',
    name: 'noNfacct',
    help: 'the kernel has no nfacct counters',
    decides: ['nfacct'],
  },
  noRandomFully: {
    type: 'absence',
    flag: '--no-random-fully',
    name: 'noRandomFully',
    help: 'iptables does not know --random-fully',
    decides: ['randomFully'],
  },
} as const satisfies Readonly<Record<string, NodeRow>>;

/** The JSON path of a setting in KubeProxyConfiguration. */
export type SettingPath = keyof typeof SETTINGS;

type Decided<Table> = {
  [Key in keyof Table]: Table[Key] extends { readonly decides: readonly (infer Name)[] } ? Name : never;
}[keyof Table];

/** Names of `ProxySettings` that a row of the tables decides. */
export type DecidedSetting = Decided<typeof SETTINGS> | Decided<typeof NODE_SETTINGS>;
