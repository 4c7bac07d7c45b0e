import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { hasClusterIp } from './assign-cluster-ips.ts';
import { NO_ASSIGNMENTS } from './assignments.ts';
import { fill, type Filled, NOTHING_FILLED } from './fill.ts';
import { proxyPortKey } from './model.ts';
import { nameOf } from './objects.ts';
import { type ClusterOptions } from './options.ts';
import { proxyPortPool } from './pools.ts';

/**
 * Returns the ports on which kube-proxy of mode userspace listens, which are random on every node; none in other modes.
 * `taken` are the ports that something else needs. Error: the range is too small.
 * (AllocateNext, pkg/proxy/userspace/port_allocator.go)
 */
export function fillProxyPorts(
  services: readonly Resource<Service>[],
  taken: () => ReadonlySet<number>,
  { proxyPorts: range, assignments = NO_ASSIGNMENTS, requireAssigned }: ClusterOptions,
): Filled<number> {
  if (range === undefined) return NOTHING_FILLED;
  const missing = services.flatMap(({ object, locate }) =>
    hasClusterIp(object)
      ? object.spec.ports
          .map((port, index) => ({ port, path: ['spec', 'ports', index] }))
          .filter(({ port }) => port.protocol !== 'SCTP')
          .map(({ port, path }) => ({
            key: proxyPortKey(object, port),
            locate,
            subject: nameOf(object),
            path,
            what: `kube-proxy listens on a random port for port ${port.port}/${port.protocol}`,
          }))
      : [],
  );
  return fill(missing, {
    pool: proxyPortPool(range),
    poolName: `--proxy-port-range ${range.from}-${range.to}`,
    known: () => ({
      pinned: assignments.proxyPorts,
      conventional: new Map<string, number>(),
      set: taken(),
    }),
    requireAssigned,
  });
}
