import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { NO_ASSIGNMENTS } from './assignments.ts';
import { fill, type Filled, type Missing } from './fill.ts';
import { type ClusterObjects, keyOf, nameOf } from './objects.ts';
import { type ClusterOptions } from './options.ts';
import { nodePortPool } from './pools.ts';
import { setPorts } from './set-values.ts';

/**
 * Node ports (`namespace/name 80`) and health check node ports (`namespace/name`) for the Services that lack them,
 * where the API server would give them: node ports for NodePort and, unless it is told not to, for LoadBalancer; health
 * check node ports for LoadBalancer with externalTrafficPolicy Local. (initNodePorts and allocHealthCheckNodePort,
 * pkg/registry/core/service/storage/alloc.go, 1.36)
 */
export function fillPorts(objects: ClusterObjects, options: ClusterOptions): Filled<number> {
  const { from, to } = options.nodePortRange;
  const { nodePorts, healthCheckNodePorts } = options.assignments ?? NO_ASSIGNMENTS;
  const missing = objects.services
    .filter(({ object }) => hasNodePorts(object) || hasHealthCheck(object))
    .flatMap((resource) => [...missingNodePorts(resource), ...missingHealthCheckNodePort(resource)]);
  return fill(missing, {
    pool: nodePortPool(options.nodePortRange),
    poolName: `--service-node-port-range ${from}-${to}`,
    known: () => ({
      pinned: new Map([...nodePorts, ...healthCheckNodePorts]),
      conventional: new Map<string, number>(),
      set: setPorts(objects),
    }),
    requireAssigned: options.requireAssigned,
  });
}

const hasNodePorts = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && (spec.allocateLoadBalancerNodePorts ?? true));

const hasHealthCheck = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** One for all protocols of a port, unless one of them has it set. (initNodePorts) */
function missingNodePorts({ object, locate }: Resource<Service>): readonly Missing[] {
  if (!hasNodePorts(object)) return [];
  const { ports } = object.spec;
  const done = new Set(ports.filter(({ nodePort }) => nodePort !== undefined).map(({ port }) => port));
  return ports.flatMap(({ port }, index) => {
    if (done.has(port)) return [];
    done.add(port);
    const path = ['spec', 'ports', index, 'nodePort'];
    const what = `no node port is set for port ${port}`;
    return [{ key: nodePortKey(object, port), locate, subject: nameOf(object), path, what }];
  });
}

function missingHealthCheckNodePort({ object, locate }: Resource<Service>): readonly Missing[] {
  if (!hasHealthCheck(object) || object.spec.healthCheckNodePort !== undefined) return [];
  const path = ['spec', 'healthCheckNodePort'];
  const what = 'no health check node port is set';
  return [{ key: keyOf(object), locate, subject: nameOf(object), path, what }];
}

const nodePortKey = (service: Service, port: number): string => `${keyOf(service)} ${port}`;

/** Tells the keys of node ports from those of health checks. */
export const isNodePortKey = (key: string): boolean => key.includes(' ');

/** The Service with the ports that it lacked. */
export function withNodePorts(service: Service, assigned: ReadonlyMap<string, number>): Service {
  if (assigned.size === 0) return service;
  const healthCheckNodePort = service.spec.healthCheckNodePort ?? assigned.get(keyOf(service));
  const ports = hasNodePorts(service) ? ownPorts(service, assigned) : service.spec.ports;
  if (ports === service.spec.ports && healthCheckNodePort === service.spec.healthCheckNodePort)
    return service;
  const spec = { ...service.spec, ports };
  return { ...service, spec: healthCheckNodePort === undefined ? spec : { ...spec, healthCheckNodePort } };
}

function ownPorts(service: Service, assigned: ReadonlyMap<string, number>): Service['spec']['ports'] {
  const { ports } = service.spec;
  const shared = new Map<number, number>();
  for (const { port, nodePort } of ports) {
    if (nodePort !== undefined && !shared.has(port)) shared.set(port, nodePort);
  }
  return ports.map((spec) => {
    const nodePort = spec.nodePort ?? shared.get(spec.port) ?? assigned.get(nodePortKey(service, spec.port));
    return nodePort === undefined ? spec : { ...spec, nodePort };
  });
}
