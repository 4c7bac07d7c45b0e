/** Builders for what the proxy phase works on: everything has a plain default, a test names what it is about. */
import { type Features, featuresFor } from '../../src/dialect/features.ts';
import { gatesInForce } from '../../src/dialect/feature-gates.ts';
import { type Version } from '../../src/dialect/version.ts';
import { type EndpointSlice, type Service } from '../../src/manifest/types.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { type ProxyEndpoint } from '../../src/proxy/state.ts';

export function settingsOf(overrides: Partial<ProxySettings> = {}): ProxySettings {
  return {
    mode: 'iptables',
    ipFamily: 'IPv4',
    familyServed: true,
    masqueradeAll: false,
    masqueradeBit: 14,
    localhostNodePorts: true,
    localTraffic: { kind: 'none' },
    clusterCidrs: [],
    nodePortAddresses: [],
    nodeName: 'node-1',
    nodeAddresses: ['127.0.0.1', '::1', '192.168.0.2', 'fd00:192::2'],
    tcpBeLiberal: false,
    nfacct: true,
    randomFully: true,
    gates: new Set(),
    ...overrides,
  };
}

/** Settings with the gates that the release has on by default. */
export const settingsAt = (version: Version, overrides: Partial<ProxySettings> = {}): ProxySettings =>
  settingsOf({ gates: gatesInForce(version, new Map()).gates, ...overrides });

/** What the release does with the gates of the settings. */
export const featuresWith = (version: Version, { gates }: ProxySettings): Features =>
  featuresFor(version, gates);

export function serviceOf(
  spec: Partial<Service['spec']> = {},
  annotations: Readonly<Record<string, string>> = {},
): Service {
  return {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', labels: {}, annotations },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ipFamilies: ['IPv4'],
      ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80 }],
      sessionAffinity: 'None',
      externalIPs: [],
      loadBalancerSourceRanges: [],
      publishNotReadyAddresses: false,
      ...spec,
    },
    status: { loadBalancer: { ingress: [] } },
  };
}

export function sliceOf(
  name: string,
  endpoints: readonly (EndpointSlice['endpoints'][number] | string)[],
  port: EndpointSlice['ports'][number] = { name: '', protocol: 'TCP', port: 80 },
): EndpointSlice {
  return {
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'default', labels: {}, annotations: {} },
    addressType: 'IPv4',
    endpoints: endpoints.map((endpoint) =>
      typeof endpoint === 'string' ? { addresses: [endpoint], conditions: {} } : endpoint,
    ),
    ports: [port],
  };
}

/** An endpoint named by its address: ready, elsewhere, without hints. */
export function endpointOf(ip: string, overrides: Partial<ProxyEndpoint> = {}): ProxyEndpoint {
  return {
    ip,
    address: `${ip}:80`,
    port: 80,
    ready: true,
    serving: true,
    terminating: false,
    local: false,
    zoneHints: undefined,
    nodeHints: undefined,
    topology: new Map(),
    ...overrides,
  };
}
