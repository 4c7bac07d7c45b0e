/** What changed in how kube-proxy finds the endpoints of a service port and in which of them it uses. */
import { type Row, rows, type Switch } from '../rows.ts';

export const ENDPOINT_HISTORY = {
  /**
   * Whether kube-proxy reads EndpointSlices. Older releases read Endpoints, which know only ready and not ready
   * addresses.
   */
  endpointSlices: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.16',
      value: { gate: 'EndpointSlice' },
      change:
        'endpoints come from EndpointSlices instead of Endpoints: sorted as text, each address once (gate EndpointSlice)',
      source: 'kubernetes#81430',
    },
    {
      since: '1.18',
      value: { gate: 'EndpointSliceProxying' },
      change:
        'gate EndpointSliceProxying, no longer EndpointSlice, decides whether endpoints come from EndpointSlices',
      source: 'kubernetes#86137',
    },
    {
      since: '1.22',
      value: true,
      change: 'endpoints always come from EndpointSlices',
      source: 'NewProxier, pkg/proxy/iptables/proxier.go, v1.22',
    },
  ),

  /** How endpoints from EndpointSlices are sorted: by address or by `address:port`, both as text. */
  endpointOrder: rows<'ip' | 'ip-and-port'>(
    { since: '1.1', value: 'ip' },
    {
      since: '1.17',
      value: 'ip-and-port',
      change:
        'endpoints from EndpointSlices are sorted as "ip:port" (10.0.0.10:80 before 10.0.0.1:80), no longer by ip',
      source: 'byEndpoint, pkg/proxy/endpointslicecache.go, v1.17',
    },
  ),

  /** How a port of an Endpoints or EndpointSlice object is matched with a service port. */
  endpointPortMatch: rows<'name' | 'name-and-protocol'>(
    { since: '1.1', value: 'name' },
    {
      since: '1.17',
      value: 'name-and-protocol',
      change: 'endpoints of the right port name but another protocol no longer count',
      source: 'ServicePortName.Protocol, pkg/proxy/types.go, v1.17',
    },
  ),

  /** Whether kube-proxy knows endpoints that are not ready. It never takes them from Endpoints objects. */
  knowsUnready: rows(
    { since: '1.1', value: false },
    {
      since: '1.21',
      value: true,
      change: 'an endpoint that is not ready counts in hints and hides a ready one of the same address',
      source: 'newEndpointSliceInfo, pkg/proxy/endpointslicecache.go, v1.21',
    },
  ),

  /**
   * In which order the endpoints of one slice are read. The order decides which one counts when two have the same first
   * address.
   */
  endpointsOfSlice: rows<'as-they-stand' | 'by-addresses'>(
    { since: '1.1', value: 'by-addresses' },
    {
      since: '1.31',
      value: 'as-they-stand',
      change:
        'of endpoints of one slice that share their first address the first counts, no longer that without further addresses',
      source: 'newEndpointSliceInfo, gone from pkg/proxy/endpointslicecache.go with v1.31',
    },
  ),

  /** Which slice counts when the same endpoint is in several slices. */
  duplicateEndpoint: rows<'prefer-local' | 'prefer-running'>(
    { since: '1.1', value: 'prefer-local' },
    {
      since: '1.36',
      value: 'prefer-running',
      change: 'of endpoints with one address the one that is not terminating counts, no longer the local one',
      source: 'kubernetes#135593',
    },
  ),

  /** When two endpoints of a service port are the same. */
  endpointIdentity: rows<'ip' | 'ip-and-port'>(
    { since: '1.1', value: 'ip' },
    {
      since: '1.22',
      value: 'ip-and-port',
      change: 'one address with two ports in one service port counts as two endpoints',
      source: 'EndpointSliceCache.addEndpoints, pkg/proxy/endpointslicecache.go',
    },
  ),

  /** Whether endpoints that terminate but still serve are used when no ready endpoint is left. */
  terminatingEndpoints: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.22',
      value: { gate: 'ProxyTerminatingEndpoints' },
      change: 'without ready endpoints, serving terminating ones are used (gate ProxyTerminatingEndpoints)',
      source: 'kubernetes#97238',
    },
    {
      since: '1.28',
      value: true,
      change: 'without ready endpoints, serving terminating ones are always used',
      source: 'CategorizeEndpoints, v1.28',
    },
  ),

  /** Whether topologyKeys of a Service choose its endpoints. They replace every other choice. */
  topologyKeys: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.17',
      value: { gate: 'ServiceTopology' },
      change: 'topologyKeys of a Service choose endpoints from EndpointSlices (gate ServiceTopology)',
      source: 'FilterTopologyEndpoint, pkg/proxy/topology.go, v1.17',
    },
    {
      since: '1.22',
      value: false,
      change: 'topologyKeys are gone',
      source: 'FilterEndpoints, pkg/proxy/topology.go, v1.22',
    },
  ),

  zoneHints: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.21',
      value: { gate: 'TopologyAwareHints' },
      change: 'zone hints choose endpoints (gate TopologyAwareHints)',
      source: 'kubernetes#99522',
    },
    {
      since: '1.33',
      value: true,
      change: 'zone hints choose endpoints whatever the annotations say',
      source: 'topologyModeFromHints, v1.33',
    },
  ),

  /** The annotation that switches zone hints on, with the values that do so. */
  hintsAnnotation: rows<'auto' | 'auto-or-Auto' | 'any-but-disabled' | 'not-needed'>(
    { since: '1.1', value: 'auto' },
    {
      since: '1.22',
      value: 'auto-or-Auto',
      change: 'the topology-aware-hints annotation may be spelled "Auto"',
      source: 'filterEndpointsWithHints, v1.22',
    },
    {
      since: '1.27',
      value: 'any-but-disabled',
      change: 'service.kubernetes.io/topology-mode asks for hints; any value but "Disabled" does',
      source: 'canUseTopology, v1.27',
    },
    {
      since: '1.33',
      value: 'not-needed',
      change: 'no annotation is needed for hints',
      source: 'topologyModeFromHints, v1.33',
    },
  ),

  /** Which endpoints must have hints before hints are used. */
  hintsConsider: rows<'all' | 'ready'>(
    { since: '1.1', value: 'all' },
    {
      since: '1.23',
      value: 'ready',
      change: 'endpoints that are not ready no longer need hints',
      source: 'filterEndpointsWithHints, v1.23',
    },
  ),

  /** Whether zone hints are used without the annotation. */
  trafficDistribution: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.30',
      value: { gate: 'ServiceTrafficDistribution' },
      change: 'zone hints count without annotation (gate ServiceTrafficDistribution)',
      source: 'kubernetes#123487',
    },
    // From here on, no release asks for an annotation: the feature decides nothing.
    { since: '1.33', value: false, source: 'topologyModeFromHints, v1.33' },
  ),

  nodeHints: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.33',
      value: { gate: 'PreferSameTrafficDistribution' },
      change: 'node hints choose endpoints (gate PreferSameTrafficDistribution)',
      source: 'topologyModeFromHints, v1.33',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
