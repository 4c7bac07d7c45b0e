import { type ClusterModel, type ClusterService, proxyPortKey } from '../cluster/model.ts';
import { type Features } from '../dialect/features.ts';
import { type EndpointSlice, type Service, type ServicePortSpec } from '../manifest/types.ts';
import { nodePortAddressesOf } from './node-ports.ts';
import {
  clusterIpOf,
  isServiceForKubeProxy,
  isSliceForKubeProxy,
  resolveServicePort,
  serviceFacts,
} from './service-port.ts';
import { type ProxySettings } from './settings.ts';
import { type ProxyState, type ServicePort } from './state.ts';

/** Returns the state of kube-proxy on the settings' node. It makes every policy decision. */
export function resolveProxy(cluster: ClusterModel, settings: ProxySettings, features: Features): ProxyState {
  const ports: ServicePort[] = [];
  let endpointCount = 0;
  for (const entry of cluster.services) {
    const { service } = entry;
    const clusterIP = clusterIpOf(service, settings, features);
    if (clusterIP === undefined || !isServiceForKubeProxy(service.metadata.labels, features)) continue;
    const slices = slicesOf(entry, features);
    const facts = serviceFacts(service, clusterIP, settings, features);
    for (const spec of service.spec.ports) {
      const { port, endpoints } = resolveServicePort(service, slices, facts, spec, settings, features);
      ports.push(cluster.proxyPorts.size === 0 ? port : withProxyPort(port, service, spec, cluster));
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

function slicesOf({ slices }: ClusterService, features: Features): readonly EndpointSlice[] {
  const isRead = ({ metadata }: EndpointSlice): boolean => isSliceForKubeProxy(metadata.labels, features);
  return slices.every(isRead) ? slices : slices.filter(isRead);
}

function withProxyPort(
  port: ServicePort,
  service: Service,
  spec: ServicePortSpec,
  { proxyPorts }: ClusterModel,
): ServicePort {
  const proxyPort = proxyPorts.get(proxyPortKey(service, spec));
  return proxyPort === undefined ? port : { ...port, proxyPort };
}
