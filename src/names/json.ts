import { hasClusterIp } from '../cluster/assign-cluster-ips.ts';
import { type Environment } from './environment.ts';
import { type Names } from './records.ts';
import { recordData, TIME_TO_LIVE } from './zone.ts';
import { printableJson } from '../text/printable.ts';

/**
 * Prints names for programs. Names end with a dot, as in zone files. `environment` is null when nobody asked for the
 * variables of a namespace.
 */
export function jsonNames({ services, clusterDomain }: Names, environment?: Environment): string {
  const fields = {
    clusterDomain,
    services: services.map(({ service, records }) => ({
      service: `${service.metadata.namespace}/${service.metadata.name}`,
      type: service.spec.type,
      headless: service.spec.type !== 'ExternalName' && !hasClusterIp(service),
      records: records.map((record) => ({
        name: `${record.name}.`,
        ttl: TIME_TO_LIVE,
        type: record.type,
        data: recordData(record),
      })),
    })),
    environment: environment ?? null,
  };
  return `${printableJson(fields, 2)}\n`;
}
