import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { formatCidr, type IpFamily } from '../text/ip.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { NO_ASSIGNMENTS } from './assignments.ts';
import { fill, type Filled, type Missing, NOTHING_FILLED } from './fill.ts';
import { keyOf, nameOf } from './objects.ts';
import { type ClusterOptions } from './options.ts';
import { clusterIpPool, type Pool } from './pools.ts';

/**
 * Cluster IPs of one family for the Services that lack them, by `namespace/name IPv4`; headless Services and
 * ExternalName have none. Error: a family without a network to draw from.
 * (allocClusterIPs, pkg/registry/core/service/storage/alloc.go, 1.36)
 */
export function fillClusterIps(
  services: readonly Resource<Service>[],
  family: IpFamily,
  setAddresses: () => ReadonlySet<string>,
  options: ClusterOptions,
): Filled<string> {
  const missing = services
    .filter(({ object }) => lacksClusterIp(object, family))
    .map((resource) => missingClusterIp(resource, family));
  const cidr = options.serviceCidrs.find((candidate) => candidate.family === family);
  if (cidr === undefined) return { ...NOTHING_FILLED, problems: missing.map(noServiceCidr) };
  const pool = clusterIpPool(cidr);
  return fill(missing, {
    pool,
    poolName: `--service-cidr ${formatCidr(cidr)}`,
    known: () => ({
      pinned: (options.assignments ?? NO_ASSIGNMENTS).clusterIPs,
      conventional: conventionalClusterIps(pool, family),
      set: setAddresses(),
    }),
    requireAssigned: options.requireAssigned,
  });
}

/** The first address is the API server's own; kubeadm and its like give the tenth to the cluster's DNS. */
const conventionalClusterIps = (pool: Pool<string>, family: IpFamily): ReadonlyMap<string, string> =>
  new Map(
    [
      { key: `default/kubernetes ${family}`, slot: 0 },
      { key: `kube-system/kube-dns ${family}`, slot: 9 },
    ]
      .filter(({ slot }) => slot < pool.size)
      .map(({ key, slot }) => [key, pool.valueAt(slot)]),
  );

const isHeadless = ({ spec }: Service): boolean =>
  spec.clusterIP === 'None' || spec.clusterIPs.includes('None');

/** Whether the Service has, or is to have, an IP of its own. */
export const hasClusterIp = (service: Service): boolean =>
  service.spec.type !== 'ExternalName' && !isHeadless(service);

const givenClusterIp = ({ spec }: Service, index: number): string | undefined =>
  spec.clusterIPs[index] ?? (index === 0 ? spec.clusterIP : undefined);

function lacksClusterIp(service: Service, family: IpFamily): boolean {
  const index = service.spec.ipFamilies.indexOf(family);
  return index !== -1 && givenClusterIp(service, index) === undefined && hasClusterIp(service);
}

function missingClusterIp({ object, locate }: Resource<Service>, family: IpFamily): Missing {
  const index = object.spec.ipFamilies.indexOf(family);
  const path = index === 0 ? ['spec', 'clusterIP'] : ['spec', 'clusterIPs', index];
  const what = `no ${family} cluster IP is set`;
  return { key: clusterIpKey(object, family), locate, subject: nameOf(object), path, what };
}

const noServiceCidr = ({ locate, path = [], subject }: Missing): Diagnostic =>
  diagnostic(
    'pool-missing',
    'no cluster IP is set and --service-cidr has no network of its family to draw one from',
    { place: locate(path), subject, path: 'spec.ipFamilies' },
  );

const clusterIpKey = (service: Service, family: IpFamily): string => `${keyOf(service)} ${family}`;

/** The Service with the cluster IPs that it lacked. */
export function withClusterIps(service: Service, assigned: ReadonlyMap<string, string>): Service {
  const { ipFamilies } = service.spec;
  const isComplete = ipFamilies.every((_, index) => givenClusterIp(service, index) !== undefined);
  if (isComplete || !hasClusterIp(service)) return service;
  const clusterIPs = ipFamilies.flatMap(
    (family, index) => givenClusterIp(service, index) ?? assigned.get(clusterIpKey(service, family)) ?? [],
  );
  const [clusterIP] = clusterIPs;
  return {
    ...service,
    spec: { ...service.spec, clusterIPs, ...(clusterIP !== undefined && { clusterIP }) },
  };
}
