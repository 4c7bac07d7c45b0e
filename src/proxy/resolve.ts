import { type ClusterModel, proxyPortKey } from '../cluster/model.ts';
import { type Features } from '../dialect/features.ts';
import { nodePortAddressesOf } from './node-ports.ts';
import { clusterIpOf, isForKubeProxy, resolveServicePort, serviceFacts } from './service-port.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyState, type ServicePort } from './state.ts';

/** Returns the state of kube-proxy on the settings' node. It makes every policy decision. */
export function resolveProxy(cluster: ClusterModel, settings: ProxySettings, features: Features): ProxyState {
  const ports: ServicePort[] = [];
  let endpointCount = 0;
  for (const entry of cluster.services) {
    const { service } = entry;
    const clusterIP = clusterIpOf(service, settings, features);
    if (clusterIP === undefined || !isForKubeProxy(service.metadata.labels, features)) continue;
    const slices = entry.slices.filter((slice) => isForKubeProxy(slice.metadata.labels, features));
    const facts = serviceFacts(service, clusterIP, settings, features);
    for (const spec of service.spec.ports) {
      const { port, endpoints } = resolveServicePort({ ...entry, slices }, facts, spec, settings, features);
      const proxyPort = cluster.proxyPorts.get(proxyPortKey(service, spec));
      ports.push(proxyPort === undefined ? port : { ...port, proxyPort });
      endpointCount += endpoints.length;
    }
  }
  return {
    ports,
    endpointCount,
    nodePortAddresses: nodePortAddressesOf(settings, features),
    serviceCidrs: cluster.serviceCidrs.filter(({ family }) => family === settings.ipFamily),
  };
}
