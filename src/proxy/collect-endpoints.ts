import { type Features } from '../dialect/features.ts';
import { type Endpoint, type EndpointPort, type EndpointSlice } from '../manifest/types.ts';
import { canonicalIp, familyOf } from '../text/ip.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint } from './state.ts';

/** What identifies a service port among the ports of EndpointSlices. */
export interface EndpointsWanted {
  readonly portName: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/**
 * Returns the endpoints of a service port in kube-proxy's order. Endpoints from EndpointSlices are sorted as
 * text (`10.0.0.10:80` before `10.0.0.2:80`). Those from Endpoints keep their order.
 * (EndpointSliceCache.addEndpoints; endpointsToEndpointsMap up to 1.18)
 */
export function collectEndpoints(
  wanted: EndpointsWanted,
  slices: readonly EndpointSlice[],
  settings: ProxySettings,
  features: Features,
): readonly ProxyEndpoint[] {
  const hasSlices = features.endpointSlices;
  const usesTopology = features.topologyKeys;
  const found: ProxyEndpoint[] = [];
  for (const slice of slices) {
    for (const port of slice.ports) {
      // kube-proxy ignores ports without name or number, and reads 0 as no number.
      if (!port.port || !isPortOf(wanted, port, features)) continue;
      for (const endpoint of hasSlices ? inOrderOfSlice(slice, features) : slice.endpoints) {
        const seen = proxyEndpoint(endpoint, port.port, settings, usesTopology);
        if (seen !== undefined) found.push(seen);
      }
    }
  }
  const known = hasSlices && features.knowsUnready ? found : found.filter((endpoint) => endpoint.ready);
  if (!hasSlices) return known;
  const order = features.endpointOrder === 'ip' ? byIp : byAddress;
  const sorted = isInOrder(known, order) ? known : known.toSorted(order);
  // Endpoints of one IP stand together then.
  const isDistinct = sorted.every(({ ip }, at) => ip !== sorted[at - 1]?.ip);
  return isDistinct ? sorted : distinct(known, features).sort(order);
}

type Order = (a: ProxyEndpoint, b: ProxyEndpoint) => number;

const byIp: Order = (a, b) => (a.ip < b.ip ? -1 : 1);
const byAddress: Order = (a, b) => (a.address < b.address ? -1 : 1);

/** Nearly all slices hold their endpoints in order. */
function isInOrder(endpoints: readonly ProxyEndpoint[], order: Order): boolean {
  let last: ProxyEndpoint | undefined;
  for (const endpoint of endpoints) {
    if (last !== undefined && order(last, endpoint) > 0) return false;
    last = endpoint;
  }
  return true;
}

const isPortOf = (wanted: EndpointsWanted, port: EndpointPort, features: Features): boolean =>
  port.name === wanted.portName &&
  (features.endpointPortMatch === 'name' || port.protocol === wanted.protocol);

/**
 * Sorts the endpoints of a slice as kube-proxy does. The order decides which of two endpoints with the same
 * first address counts. Further addresses affect only this order. (byAddress,
 * pkg/proxy/endpointslicecache.go)
 */
function inOrderOfSlice({ endpoints }: EndpointSlice, features: Features): readonly Endpoint[] {
  if (features.endpointsOfSlice === 'as-they-stand') return endpoints;
  if (endpoints.every(({ addresses }) => addresses.length === 1)) return endpoints;
  const sortKey = ({ addresses }: Endpoint): string => addresses.join(',');
  return endpoints.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));
}

function proxyEndpoint(
  endpoint: Endpoint,
  port: number,
  settings: ProxySettings,
  usesTopology: boolean,
): ProxyEndpoint | undefined {
  // Only the first address counts: kube-proxy takes the others for the same Pod.
  const given = endpoint.addresses[0];
  if (given === undefined || familyOf(given) !== settings.ipFamily) return undefined;
  const ip = canonicalIp(given);
  const address = settings.ipFamily === 'IPv6' ? `[${ip}]:${port}` : `${ip}:${port}`;
  return {
    ip,
    address,
    port,
    ready: endpoint.conditions.ready ?? true,
    serving: endpoint.conditions.serving ?? true,
    terminating: endpoint.conditions.terminating ?? false,
    local: endpoint.nodeName !== undefined && endpoint.nodeName === settings.nodeName,
    zoneHints: nonEmpty(endpoint.hints?.forZones),
    nodeHints: nonEmpty(endpoint.hints?.forNodes),
    topology: usesTopology ? topologyOf(endpoint) : NOWHERE,
  };
}

const NOWHERE: ReadonlyMap<string, string> = new Map();

/** (Convert_discovery_Endpoint_To_v1beta1_Endpoint, pkg/apis/discovery/v1beta1/conversion.go) */
function topologyOf({ nodeName, zone, topology = {} }: Endpoint): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(topology),
    ...(nodeName === undefined ? [] : [['kubernetes.io/hostname', nodeName] as const]),
    ...(zone === undefined ? [] : [['topology.kubernetes.io/zone', zone] as const]),
  ]);
}

const nonEmpty = (hints: readonly string[] | undefined): readonly string[] | undefined =>
  hints !== undefined && hints.length > 0 ? hints : undefined;

/** Removes duplicate endpoints. The release decides which of two equal ones stays. */
function distinct(endpoints: readonly ProxyEndpoint[], features: Features): ProxyEndpoint[] {
  const byIdentity = new Map<string, ProxyEndpoint>();
  for (const endpoint of endpoints) {
    const identity = features.endpointIdentity === 'ip' ? endpoint.ip : endpoint.address;
    const preferred = features.duplicateEndpoint === 'prefer-local' ? endpoint.local : !endpoint.terminating;
    if (preferred || !byIdentity.has(identity)) byIdentity.set(identity, endpoint);
  }
  return [...byIdentity.values()];
}
