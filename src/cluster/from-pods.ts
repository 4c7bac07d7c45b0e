import {
  type Container,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Pod,
  type PodSpec,
  type Service,
  type ServicePortSpec,
} from '../manifest/types.ts';
import { canonicalIp, familyOf, type IpFamily } from '../text/ip.ts';
import { compareText } from '../text/natural-order.ts';
import { hintsFor } from './hints.ts';
import { type KnownNodes, zoneOf } from './known-nodes.ts';

/**
 * Makes the slices that the endpoint slice controller makes from the Pods that a Service selects. For each
 * family of the Service, Pods whose named targetPorts resolve to the same ports share a slice. Without any
 * such Pod the result is one empty slice. The controller starts a new slice every 100 endpoints; here they
 * stay in one, because kube-proxy sees no difference. Endpoints are sorted by address, as in Endpoints
 * objects. (Reconciler.reconcileByAddressType, 1.36)
 *
 * The controller leaves out Pods whose Node it cannot find. This function does so only when the input holds
 * several Nodes: a single Node is taken as the node compiled for, not as the whole cluster.
 */
export function slicesFromPods(
  service: Service,
  pods: readonly Pod[],
  nodes: KnownNodes,
): readonly EndpointSlice[] {
  const groups = groupByPorts(service, pods.filter(mayBeEndpoint));
  return [...new Set(service.spec.ipFamilies)].flatMap((family) => {
    const slices = groups
      .map(({ ports, pods: members }) => ({
        ports,
        endpoints: members
          .filter((pod) => service.spec.publishNotReadyAddresses || nodes.mayRun(pod.spec.nodeName))
          .flatMap((pod) => endpointOf(pod, service, family, nodes)),
      }))
      .filter(({ endpoints }) => endpoints.length > 0);
    const orPlaceholder = slices.length > 0 ? slices : [{ ports: [], endpoints: [] }];
    return orPlaceholder.map(
      ({ ports, endpoints }, index) =>
        ({
          kind: 'EndpointSlice',
          metadata: sliceMetadata(service, family, index),
          addressType: family,
          ports,
          endpoints: inAddressOrder(endpoints),
        }) satisfies EndpointSlice,
    );
  });
}

/** True for Pods that have an address and have not ended. (ShouldPodBeInEndpoints) */
const mayBeEndpoint = ({ status }: Pod): boolean =>
  status.phase !== 'Succeeded' && status.phase !== 'Failed' && status.podIPs.length > 0;

interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly pods: Pod[];
}

function groupByPorts(service: Service, pods: readonly Pod[]): readonly PortGroup[] {
  const groups = new Map<string, PortGroup>();
  // Pods of one workload share their containers, so that these are looked into once.
  const groupOf = new Map<PodSpec['containers'], PortGroup>();
  for (const pod of pods) {
    let group = groupOf.get(pod.spec.containers);
    if (group === undefined) {
      const ports = endpointPorts(service, pod.spec);
      const key = JSON.stringify(ports);
      group = groups.get(key) ?? { ports, pods: [] };
      groups.set(key, group);
      groupOf.set(pod.spec.containers, group);
    }
    group.pods.push(pod);
  }
  return [...groups.values()];
}

/**
 * Resolves the Service's ports in a pod, and leaves out those that the pod does not have. (getEndpointPorts)
 */
function endpointPorts(service: Service, spec: PodSpec): readonly EndpointPort[] {
  return service.spec.ports.flatMap((servicePort) => {
    const port = targetPort(servicePort, spec);
    if (port === undefined) return [];
    const { name, protocol, appProtocol } = servicePort;
    return [{ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

/**
 * Returns the number that a Service's targetPort means in a pod. It looks up a name and its protocol in the
 * containers, then in the sidecars among the init containers. Returns undefined when no container has it.
 * (FindPort, 1.36)
 */
export function targetPort(servicePort: ServicePortSpec, spec: PodSpec): number | undefined {
  const { targetPort: wanted, protocol } = servicePort;
  return typeof wanted === 'number' ? wanted : namedPorts(spec).get(`${wanted}/${protocol}`)?.containerPort;
}

type NamedPorts = ReadonlyMap<string, Container['ports'][number]>;

/** Ports with names, kept by pod spec: a Service may have as many ports as its pods. */
const portsBySpec = new WeakMap<PodSpec, NamedPorts>();

/**
 * Returns the ports with names of the containers that Services may reach, in the order in which they are looked up,
 * by `name/protocol`. The first of equal ones counts.
 */
export function namedPorts(spec: PodSpec): NamedPorts {
  const known = portsBySpec.get(spec);
  if (known !== undefined) return known;
  const ports = new Map<string, Container['ports'][number]>();
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const port of [...spec.containers, ...sidecars].flatMap((container) => container.ports)) {
    const { name } = port;
    const key = `${name}/${port.protocol}`;
    if (name !== '' && !ports.has(key)) ports.set(key, port);
  }
  portsBySpec.set(spec, ports);
  return ports;
}

/** (podToEndpoint) None for a Pod without an address of the family. */
function endpointOf(pod: Pod, service: Service, family: IpFamily, nodes: KnownNodes): readonly Endpoint[] {
  const addresses = pod.status.podIPs.filter((ip) => familyOf(ip) === family).map(canonicalIp);
  if (addresses.length === 0) return [];
  const { nodeName, hostname, subdomain } = pod.spec;
  const zone = zoneOf(pod, nodes);
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses || (serving && !terminating);
  const hints = ready ? hintsFor(service, nodeName, zone) : undefined;
  return [
    {
      addresses,
      conditions: { ready, serving, terminating },
      ...(hostname !== undefined && subdomain === service.metadata.name && { hostname }),
      ...(nodeName !== undefined && { nodeName }),
      ...(zone !== undefined && { zone }),
      ...(hints !== undefined && { hints }),
    },
  ];
}

const isReady = (pod: Pod): boolean =>
  pod.status.conditions.find(({ type }) => type === 'Ready')?.status === 'True';

const RESERVED: ReadonlySet<string> = new Set([
  'kubernetes.io/service-name',
  'endpointslice.kubernetes.io/managed-by',
  'service.kubernetes.io/headless',
]);

/** The Service's labels and those that say whose slice it is. (setEndpointSliceLabels) */
function sliceMetadata(service: Service, family: IpFamily, index: number): EndpointSlice['metadata'] {
  const { name, namespace, labels } = service.metadata;
  const { clusterIP } = service.spec;
  const isHeadless = clusterIP === undefined || clusterIP === 'None';
  return {
    name: `${name}-${family.toLowerCase()}-${index}`,
    namespace,
    labels: Object.fromEntries([
      ...Object.entries(labels).filter(([key]) => !RESERVED.has(key)),
      ['kubernetes.io/service-name', name],
      ['endpointslice.kubernetes.io/managed-by', 'endpointslice-controller.k8s.io'],
      ...(isHeadless ? [['service.kubernetes.io/headless', '']] : []),
    ]) as Record<string, string>,
    annotations: {},
  };
}

function inAddressOrder(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const keyed = endpoints.map((endpoint) => ({ endpoint, key: addressKey(endpoint.addresses[0] ?? '') }));
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ endpoint }) => endpoint);
}

/** Text that sorts as the bytes of an IPv4 address do. */
const addressKey = (address: string): string =>
  address.includes(':') ? address : address.replace(/\d+/g, (digits) => digits.padStart(3, '0'));
