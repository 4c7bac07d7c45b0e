/** DNS records of Services. (Kubernetes DNS-Based Service Discovery, schema version 1.1.0) */
import { hasClusterIp } from '../cluster/assign-cluster-ips.ts';
import { type ClusterModel, type ClusterService } from '../cluster/model.ts';
import { type Diagnostic, diagnostic, type ObjectName } from '../diagnostics/diagnostic.ts';
import { type Service } from '../manifest/types.ts';
import { canonicalIp, familyOf } from '../text/ip.ts';
import { reverseName, whyNoDnsName } from './dns-name.ts';
import { publishedEndpoints, type PublishedEndpoint } from './published-endpoints.ts';

/** One record. Names stand without their final dot. */
export type NameRecord =
  | { readonly name: string; readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly name: string; readonly type: 'CNAME' | 'PTR'; readonly target: string }
  | { readonly name: string; readonly type: 'SRV'; readonly port: number; readonly target: string };

/** A Service with all its records. */
export interface NamedService {
  readonly service: Service;
  readonly records: readonly NameRecord[];
}

/** All Services of a cluster with their records, and one warning for each name that DNS cannot hold. */
export interface Names {
  /** Without a final dot. */
  readonly clusterDomain: string;
  /** By namespace, then name. */
  readonly services: readonly NamedService[];
  readonly problems: readonly Diagnostic[];
}

/** Ports and endpoints of headless Services multiply: an error comes before memory runs out. */
const MOST_RECORDS = 1_000_000;

/**
 * Returns the records of all Services. Records with names that DNS cannot hold are left out. Error: there are more
 * records than fit into memory.
 */
export function namesOf({ services }: ClusterModel, clusterDomain: string): Names {
  const problems: Diagnostic[] = [];
  const named: NamedService[] = [];
  let room = MOST_RECORDS;
  for (const one of services) {
    room -= recordCount(one);
    if (room < 0) return { clusterDomain, services: [], problems: [tooMany(one.service)] };
    named.push({ service: one.service, records: keptRecords(one, clusterDomain, problems) });
  }
  return { clusterDomain, services: named, problems };
}

/** Returns the records that DNS can hold, each once, and adds a problem for each other. */
function keptRecords(
  one: ClusterService,
  clusterDomain: string,
  problems: Diagnostic[],
): readonly NameRecord[] {
  const { name, namespace } = one.service.metadata;
  return distinct(recordsOf(one, `${name}.${namespace}.svc.${clusterDomain}`)).filter((record) => {
    const left = leftOut(record, one.service);
    if (left !== undefined) problems.push(left);
    return left === undefined;
  });
}

/** The most records that a Service may have: for each endpoint three, and one for each port. */
const recordCount = ({ service, slices }: ClusterService): number =>
  service.spec.ports.length +
  slices.reduce((sum, { endpoints, ports }) => sum + endpoints.length * (ports.length + 3), 0);

const tooMany = (service: Service): Diagnostic =>
  diagnostic(
    'too-many-records',
    `the Services up to this one have more than ${MOST_RECORDS} records, which is too many`,
    { subject: subjectOf(service) },
  );

const subjectOf = ({ metadata: { namespace, name } }: Service): ObjectName => ({
  kind: 'Service',
  namespace,
  name,
});

function recordsOf({ service, slices }: ClusterService, own: string): readonly NameRecord[] {
  const { type, externalName = '' } = service.spec;
  if (type === 'ExternalName') {
    return [{ name: own, type: 'CNAME', target: externalName.replace(/\.$/, '') }];
  }
  if (!hasClusterIp(service)) return headlessRecords(publishedEndpoints(service, slices), own);
  const ips = service.spec.clusterIPs.map(canonicalIp);
  return [
    ...ips.map((ip) => addressRecord(own, ip)),
    ...service.spec.ports
      .filter(({ name }) => name !== '')
      .map(({ name, protocol, port }) => serverRecord(own, { name, protocol, port }, own)),
    ...ips.map((ip) => pointer(ip, own)),
  ];
}

/** (specification, 2.4) The port of an SRV record is that of the endpoint, as clients reach pods directly. */
function headlessRecords(endpoints: readonly PublishedEndpoint[], own: string): readonly NameRecord[] {
  const nameOf = ({ hostname }: PublishedEndpoint): string => `${hostname}.${own}`;
  return [
    ...endpoints.map(({ address }) => addressRecord(own, address)),
    ...endpoints.map((endpoint) => addressRecord(nameOf(endpoint), endpoint.address)),
    ...endpoints.flatMap((endpoint) =>
      endpoint.ports.map((port) => serverRecord(own, port, nameOf(endpoint))),
    ),
    ...endpoints.map((endpoint) => pointer(endpoint.address, nameOf(endpoint))),
  ];
}

const addressRecord = (name: string, address: string): NameRecord => ({
  name,
  type: familyOf(address) === 'IPv4' ? 'A' : 'AAAA',
  address,
});

const serverRecord = (
  own: string,
  { name, protocol, port }: PublishedEndpoint['ports'][number],
  target: string,
): NameRecord => ({ name: `_${name}._${protocol.toLowerCase()}.${own}`, type: 'SRV', port, target });

const pointer = (address: string, target: string): NameRecord => ({
  name: reverseName(address),
  type: 'PTR',
  target,
});

/** The records, each once: several ports of an endpoint may be one port, and slices may overlap. */
function distinct(records: readonly NameRecord[]): readonly NameRecord[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}

function leftOut(record: NameRecord, service: Service): Diagnostic | undefined {
  const names = 'target' in record ? [record.name, record.target] : [record.name];
  for (const each of names) {
    const why = whyNoDnsName(each);
    if (why === undefined) continue;
    const message = `${record.type} record left out: no name server can hold ${each}: ${why}`;
    return diagnostic('record-left-out', message, { subject: subjectOf(service) });
  }
  return undefined;
}
