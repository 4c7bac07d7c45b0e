/** Takes values from the node that manifests from git do not have yet. */
import { type Assignments } from '../cluster/assignments.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type Service } from '../manifest/types.ts';
import { familyOf, type IpFamily } from '../text/ip.ts';
import { type LiveService } from '../modes/mode.ts';

type LiveServices = ReadonlyMap<string, LiveService>;

const keyOf = ({ metadata }: Service): string => `${metadata.namespace}/${metadata.name}`;

/** Gives Services without cluster IP, node port or health check node port the values that the node has. */
export function adoptServiceValues(
  services: readonly Service[],
  live: LiveServices,
  family: IpFamily,
  given: Assignments,
): Assignments {
  const clusterIPs = new Map(given.clusterIPs);
  const nodePorts = new Map(given.nodePorts);
  const healthCheckNodePorts = new Map(given.healthCheckNodePorts);
  for (const service of services) {
    const key = keyOf(service);
    const found = live.get(key);
    if (found === undefined) continue;
    if (found.clusterIP !== undefined) setOnce(clusterIPs, `${key} ${family}`, found.clusterIP);
    if (found.healthCheckNodePort !== undefined) {
      setOnce(healthCheckNodePorts, key, found.healthCheckNodePort);
    }
    for (const { name, port } of service.spec.ports) {
      const nodePort = found.nodePorts.get(name);
      if (nodePort !== undefined) setOnce(nodePorts, `${key} ${port}`, nodePort);
    }
  }
  return { ...given, clusterIPs, nodePorts, healthCheckNodePorts };
}

function setOnce<V>(values: Map<string, V>, key: string, value: V): void {
  if (!values.has(key)) values.set(key, value);
}

/**
 * Takes load balancer addresses from the node. Only the cluster sets them, so a manifest without a cluster IP
 * has none of them.
 */
export function adoptLoadBalancer(service: Service, live: LiveServices): Service {
  const { type, clusterIP } = service.spec;
  const found = live.get(keyOf(service));
  const isOpen = type === 'LoadBalancer' && clusterIP === undefined;
  if (!isOpen || found === undefined || service.status.loadBalancer.ingress.length > 0) return service;
  return { ...service, status: { loadBalancer: { ingress: found.loadBalancerIPs.map((ip) => ({ ip })) } } };
}

/**
 * Gives each stand-in pod of a workload the address of one endpoint that the Service has on the node. Pods
 * with an address in `given` keep it. When the numbers of pods and endpoints differ, the comparison reports
 * the rest as a difference. Returns the addresses by pod.
 */
export function adoptPodIPs(
  cluster: ClusterModel,
  live: LiveServices,
  family: IpFamily,
  given: Assignments,
): ReadonlyMap<string, string> {
  const keyOfStandIn = new Map([...cluster.assignments.podIPs].map(([key, ip]) => [ip, key]));
  const adopted = new Map<string, string>();
  const used = new Set<string>();
  for (const { service, slices, origin } of cluster.services) {
    if (origin !== 'workloads') continue;
    const standIns = new Set(
      slices.flatMap((slice) => slice.endpoints.flatMap(({ addresses }) => addresses)).filter(isOf(family)),
    );
    const found = live.get(keyOf(service))?.podIPs ?? [];
    const free = found.filter((ip) => !used.has(ip) && !standIns.has(ip));
    for (const standIn of standIns) {
      const key = keyOfStandIn.get(standIn);
      if (key === undefined || adopted.has(key) || given.podIPs.has(key)) continue;
      const ip = found.includes(standIn) ? standIn : free.shift();
      if (ip === undefined) break;
      adopted.set(key, ip);
      used.add(ip);
    }
  }
  return adopted;
}

const isOf =
  (family: IpFamily) =>
  (ip: string): boolean =>
    familyOf(ip) === family;
