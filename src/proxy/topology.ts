import { type Features } from '../dialect/features.ts';
import { type Service } from '../manifest/types.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint } from './state.ts';

/** True for the endpoints that this node may use. */
export type TopologyFilter = (endpoint: ProxyEndpoint) => boolean;

/**
 * Returns a filter for the endpoints that the hints allow for this node; undefined when hints are ignored.
 * Hints count only when every endpoint (every ready one, in releases that look only at these) has them and
 * one names this node or its zone. Node hints go before zone hints. (topologyModeFromHints 1.33,
 * canUseTopology 1.24, filterEndpointsWithHints 1.21)
 */
export function topologyFilter(
  service: Service,
  endpoints: readonly ProxyEndpoint[],
  settings: ProxySettings,
  features: Features,
): TopologyFilter | undefined {
  if (!endpoints.some(hasHints)) return undefined;
  const considered =
    features.hintsConsider === 'ready' ? endpoints.filter((endpoint) => endpoint.ready) : endpoints;
  if (considered.length === 0) return undefined;
  if (features.nodeHints) {
    const forThisNode = hintFilter(considered, (endpoint) => endpoint.nodeHints, settings.nodeName);
    if (forThisNode !== undefined) return forThisNode;
  }
  if (!zoneHintsApply(service, features)) return undefined;
  return hintFilter(considered, (endpoint) => endpoint.zoneHints, settings.zone);
}

const hasHints = ({ zoneHints, nodeHints }: ProxyEndpoint): boolean =>
  zoneHints !== undefined || nodeHints !== undefined;

function hintFilter(
  endpoints: readonly ProxyEndpoint[],
  hintsOf: (endpoint: ProxyEndpoint) => readonly string[] | undefined,
  here: string | undefined,
): TopologyFilter | undefined {
  if (here === undefined || here === '') return undefined;
  if (!endpoints.every((endpoint) => hintsOf(endpoint) !== undefined)) return undefined;
  const isForHere: TopologyFilter = (endpoint) => hintsOf(endpoint)?.includes(here) ?? false;
  return endpoints.some(isForHere) ? isForHere : undefined;
}

function zoneHintsApply(service: Service, features: Features): boolean {
  // Without the gate of zone hints kube-proxy does not even read them out of the slices.
  if (!features.zoneHints) return false;
  return features.trafficDistribution || annotationAsksForHints(service, features);
}

function annotationAsksForHints(service: Service, features: Features): boolean {
  const { annotations } = service.metadata;
  const older = annotations['service.kubernetes.io/topology-aware-hints'] ?? '';
  switch (features.hintsAnnotation) {
    case 'auto':
      return older === 'auto';
    case 'auto-or-Auto':
      return older === 'auto' || older === 'Auto';
    case 'any-but-disabled': {
      const asked =
        annotations['service.kubernetes.io/topology-aware-hints'] ??
        annotations['service.kubernetes.io/topology-mode'] ??
        '';
      return asked !== '' && asked !== 'disabled' && asked !== 'Disabled';
    }
    case 'not-needed':
      return true;
  }
}
