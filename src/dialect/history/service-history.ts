/** What changed in what kube-proxy reads from a Service. */
import { type Row, rows, type Switch } from '../rows.ts';

export const SERVICE_HISTORY = {
  /** How a port without a name is called: `ns/svc:` or `ns/svc`. Every chain name contains a hash of it. */
  unnamedPortColon: rows(
    { since: '1.1', value: true },
    {
      since: '1.19',
      value: false,
      change:
        'unnamed ports lose their trailing colon ("ns/svc:" is now "ns/svc"); all their chain names change',
      source: 'fmtPortName, pkg/proxy/types.go, v1.19.0',
    },
  ),

  /** Which objects kube-proxy ignores when they have the label `service.kubernetes.io/service-proxy-name`. */
  proxyNameLabel: rows<'none' | 'all' | 'services'>(
    { since: '1.1', value: 'none' },
    {
      since: '1.14',
      value: 'all',
      change: 'Services labelled service.kubernetes.io/service-proxy-name get no rules',
      source: 'kubernetes#71355',
    },
    {
      since: '1.36',
      value: 'services',
      change: 'EndpointSlices labelled service.kubernetes.io/service-proxy-name count again',
      source: 'ProxyServer.Run, cmd/kube-proxy/app/server.go, v1.35.6 and v1.36.3',
    },
  ),

  /** Which objects kube-proxy ignores when they have the label `service.kubernetes.io/headless`. */
  headlessLabel: rows<'none' | 'all' | 'endpoints'>(
    { since: '1.1', value: 'none' },
    {
      since: '1.16',
      value: 'all',
      change: 'objects labelled service.kubernetes.io/headless do not count',
      source: 'ProxyServer.Run, cmd/kube-proxy/app/server.go, v1.16',
    },
    {
      since: '1.36',
      value: 'endpoints',
      change: 'Services labelled service.kubernetes.io/headless that have a cluster IP get rules again',
      source: 'ProxyServer.Run, cmd/kube-proxy/app/server.go, v1.35.6 and v1.36.3',
    },
  ),

  /** Which cluster IP a proxier of one family serves. */
  clusterIpFamily: rows<'first-only' | 'any'>(
    { since: '1.1', value: 'first-only' },
    {
      since: '1.20',
      value: 'any',
      change: 'dual-stack Services get rules in both families',
      source: 'GetClusterIPByFamily, pkg/proxy/util/utils.go',
    },
  ),

  /** For how many seconds a client keeps its endpoint. */
  affinitySeconds: rows<number | 'as-configured'>(
    { since: '1.1', value: 180 },
    {
      since: '1.5',
      value: 10_800,
      change: 'session affinity lasts 10800 seconds instead of 180',
      source: 'kubernetes#35681',
    },
    {
      since: '1.8',
      value: 'as-configured',
      change: 'session affinity lasts as sessionAffinityConfig.clientIP.timeoutSeconds says',
      source: 'kubernetes#49850',
    },
  ),

  /** Whether a Service can keep external traffic on the node. */
  externalPolicy: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.4',
      value: { gate: 'AllowExtTrafficLocalEndpoints' },
      change:
        'KUBE-XLB chains keep external traffic of OnlyLocal Services on the node (gate AllowExtTrafficLocalEndpoints)',
      source: 'kubernetes#29409',
    },
    {
      since: '1.10',
      value: true,
      change: 'external traffic of policy Local always stays on the node',
      source: 'kubernetes#56948',
    },
  ),

  /** Which fields or annotations of a Service ask for that. The first one present counts. */
  externalPolicyFrom: rows<'alpha-annotation' | 'annotations' | 'beta-annotation-or-field' | 'field'>(
    { since: '1.1', value: 'alpha-annotation' },
    {
      since: '1.5',
      value: 'annotations',
      change: 'annotation service.beta.kubernetes.io/external-traffic asks for OnlyLocal, too',
      source: 'NeedsHealthCheck, pkg/api/service/annotations.go, v1.5.0',
    },
    {
      since: '1.7',
      value: 'beta-annotation-or-field',
      change: 'externalTrafficPolicy asks for local external traffic; the alpha annotation is no longer read',
      source: 'kubernetes#41162',
    },
    {
      since: '1.8',
      value: 'field',
      change: 'annotations about external traffic are no longer read, only externalTrafficPolicy',
      source: 'kubernetes#50224',
    },
  ),

  /** Which Services it applies to. */
  externalPolicyApplies: rows<'all' | 'node-port-and-load-balancer' | 'externally-accessible'>(
    { since: '1.1', value: 'all' },
    {
      since: '1.5',
      value: 'node-port-and-load-balancer',
      change: 'OnlyLocal counts only for Services of type NodePort or LoadBalancer',
      source: 'kubernetes#33957',
    },
    {
      since: '1.29',
      value: 'externally-accessible',
      change: 'externalTrafficPolicy Local also applies to ClusterIP Services with externalIPs',
      source: 'ExternalPolicyLocal, pkg/api/v1/service/util.go',
    },
  ),

  internalPolicy: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.21',
      value: { gate: 'ServiceInternalTrafficPolicy' },
      change:
        'internalTrafficPolicy Local keeps cluster traffic on the node (gate ServiceInternalTrafficPolicy)',
      source: 'kubernetes#96600',
    },
    {
      since: '1.26',
      value: true,
      change: 'internalTrafficPolicy is always honoured',
      source: 'newBaseServiceInfo, v1.26',
    },
  ),

  /** A source range of 0.0.0.0/0 or ::/0. */
  zeroSourceRange: rows<'a-range' | 'no-restriction'>(
    { since: '1.1', value: 'a-range' },
    {
      since: '1.34',
      value: 'no-restriction',
      change: 'a source range 0.0.0.0/0 or ::/0 lifts the restriction: no KUBE-FW chain',
      source: 'newBaseServiceInfo, v1.34',
    },
  ),

  /** Whether load balancers with ipMode Proxy have no rules. */
  loadBalancerIpMode: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.29',
      value: { gate: 'LoadBalancerIPMode' },
      change: 'load-balancer IPs with ipMode Proxy get no rules (gate LoadBalancerIPMode)',
      source: 'kubernetes#119937',
    },
    {
      since: '1.35',
      value: true,
      change: 'load-balancer IPs with ipMode Proxy never get rules',
      source: 'IsVIPMode, v1.35',
    },
  ),

  /** Whether a gate can switch externalIPs off. */
  externalIps: rows<Switch>(
    { since: '1.1', value: true },
    {
      since: '1.36',
      value: { gate: 'AllowServiceExternalIPs' },
      change: 'externalIPs get rules only while gate AllowServiceExternalIPs is on',
      source: 'kubernetes#137293',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
