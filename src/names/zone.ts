import { DNS_SCHEMA } from '../dialect/dns-schema.ts';
import { REVERSE_ZONES } from './dns-name.ts';
import { type NameRecord, type Names } from './records.ts';

/** Seconds for which clients may keep an answer: the default of CoreDNS. */
export const TIME_TO_LIVE = 5;

/**
 * A zone: a name server answers for all names below it. Like CoreDNS, one zone holds the names of the cluster, and
 * two the names that belong to addresses.
 */
interface Zone {
  readonly name: string;
  readonly records: readonly NameRecord[];
}

/** Returns the names of the zones, in the order in which they are printed. */
export const zoneNames = (clusterDomain: string): readonly string[] => [
  clusterDomain,
  ...Object.values(REVERSE_ZONES),
];

/**
 * Prints zones in the form of zone files (RFC 1035, 5), one after the other; or only the zone asked for. Without
 * that, reverse zones without records are left out.
 */
export function printZones(names: Names, only?: string): string {
  const records = names.services.flatMap((service) => service.records);
  const zones = zoneNames(names.clusterDomain).map((name): Zone => {
    const suffix = `.${name}`;
    return { name, records: records.filter((record) => record.name.endsWith(suffix)) };
  });
  return zones
    .filter(({ name, records: own }) =>
      only === undefined ? name === names.clusterDomain || own.length > 0 : name === only,
    )
    .map((zone) => printZone(zone, zone.name === names.clusterDomain))
    .join('\n');
}

function printZone({ name, records }: Zone, isForward: boolean): string {
  // The server itself is the authority, as in zones for one machine: nobody else may ask it to transfer them.
  const lines = [
    `; zone ${name}`,
    line(name, `SOA localhost. root.localhost. 1 7200 1800 86400 ${TIME_TO_LIVE}`),
    line(name, 'NS localhost.'),
    ...(isForward ? [line(`dns-version.${name}`, `TXT "${DNS_SCHEMA}"`)] : []),
    ...records.map((record) => line(record.name, `${record.type} ${recordData(record)}`)),
  ];
  return lines.map((each) => `${each}\n`).join('');
}

const line = (name: string, data: string): string => `${name}. ${TIME_TO_LIVE} IN ${data}`;

/** Returns the data of a record as zone files have it. SRV: priority 0, the same weight for each. */
export function recordData(record: NameRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'SRV':
      return `0 100 ${record.port} ${record.target}.`;
    case 'CNAME':
    case 'PTR':
      return `${record.target}.`;
  }
}
