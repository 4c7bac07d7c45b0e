import { type Service } from '../manifest/types.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyEndpoint } from './state.ts';
import { type TopologyFilter } from './topology.ts';

/** Stands for any endpoint, as the last key. */
const ANY = '*';

/**
 * The endpoints that agree with this node in the first of the Service's topologyKeys for which any does; undefined when
 * all count. Without a match there are none. (FilterTopologyEndpoint, pkg/proxy/topology.go, v1.17 to v1.21)
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
