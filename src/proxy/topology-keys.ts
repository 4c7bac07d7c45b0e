import { type Service } from '../manifest/types.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint } from './state.ts';
import { type TopologyFilter } from './topology.ts';

/** As the last key, it matches any endpoint. */
const ANY = '*';

/**
 * Goes through the Service's topologyKeys in order. Returns a filter for the first key for which an endpoint
 * has the same label value as this node. The filter refuses all endpoints when no key matches. Returns
 * undefined when all endpoints count. (FilterTopologyEndpoint, pkg/proxy/topology.go, v1.17 to v1.21)
 */
export function topologyKeysFilter(
  service: Service,
  endpoints: readonly ProxyEndpoint[],
  { nodeLabels = {} }: ProxySettings,
): TopologyFilter | undefined {
  const { topologyKeys = [] } = service.spec;
  if (topologyKeys.length === 0) return undefined;
  if (Object.keys(nodeLabels).length === 0) return topologyKeys.at(-1) === ANY ? undefined : () => false;
  for (const key of topologyKeys) {
    if (key === ANY) return undefined;
    const here = Object.hasOwn(nodeLabels, key) ? nodeLabels[key] : undefined;
    const agrees: TopologyFilter = ({ topology }) => here !== undefined && topology.get(key) === here;
    if (endpoints.some(agrees)) return agrees;
  }
  return () => false;
}
