import { type ClusterModel } from '../cluster/model.ts';
import { type Dialect } from '../dialect/history.ts';
import { nodePortDestinations } from './node-ports.ts';
import { clusterIpOf, isForKubeProxy, resolveServicePort, serviceFacts } from './service-port.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyState, type ServicePort } from './state.ts';

/** Above this many endpoints kube-proxy drops comments. (largeClusterEndpointsThreshold) */
const LARGE_CLUSTER_ENDPOINTS = 1000;

/** What kube-proxy on the settings' node makes of the cluster; every policy decision is made here. */
export function resolveProxy(cluster: ClusterModel, settings: ProxySettings, dialect: Dialect): ProxyState {
  const ports: ServicePort[] = [];
  let endpointCount = 0;
  for (const entry of cluster.services) {
    const { service } = entry;
    const clusterIP = clusterIpOf(service, settings, dialect);
    if (clusterIP === undefined || !isForKubeProxy(service.metadata.labels, dialect)) continue;
    const slices = entry.slices.filter((slice) => isForKubeProxy(slice.metadata.labels, dialect));
    const facts = serviceFacts(service, clusterIP, settings, dialect);
    for (const spec of service.spec.ports) {
      const { port, endpoints } = resolveServicePort({ ...entry, slices }, facts, spec, settings, dialect);
      ports.push(port);
      endpointCount += endpoints.length;
    }
  }
  return {
    ports,
    largeCluster: endpointCount > LARGE_CLUSTER_ENDPOINTS,
    nodePortDestinations: nodePortDestinations(settings, dialect),
  };
}
