import { formatSubject } from '../../diagnostics/format.ts';
import { formatPlace } from '../../text/source.ts';
import { type Service, type ServicePortSpec } from '../../manifest/types.ts';
import { canonicalIp, familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type FindingCode } from '../../diagnostics/lint-codes.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';

/** Something that only one Service may have. */
interface Claim {
  readonly key: string;
  readonly path: JsonPath;
  /** What it is, for the message. */
  readonly what: string;
}

/**
 * Finds claims that an earlier Service, by namespace and name, already has. A Service may repeat its own
 * claims.
 */
function conflicts(
  code: FindingCode,
  services: readonly LintedService[],
  claimsOf: (service: Service) => readonly Claim[],
): readonly Finding[] {
  const owners = new Map<string, { readonly service: LintedService; readonly path: JsonPath }>();
  return services.flatMap((linted) => {
    const told = new Set<string>();
    return claimsOf(linted.service).flatMap(({ key, path, what }) => {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { service: linted, path });
      if (owner === undefined || owner.service === linted || told.has(key)) return [];
      told.add(key);
      const where = formatPlace(owner.service.locate(owner.path));
      return [
        finding(code, linted, path, `${what} is also that of ${formatSubject(owner.service)} (${where})`),
      ];
    });
  });
}

/** Finds Services with the same cluster IP. */
export const clusterIpConflict = ({ services }: LintInput): readonly Finding[] =>
  conflicts('cluster-ip-conflict', services, ({ spec }) =>
    spec.clusterIPs.flatMap((address, index) => {
      if (familyOf(address) === undefined) return [];
      const path = index === 0 ? ['spec', 'clusterIP'] : ['spec', 'clusterIPs', index];
      return [{ key: canonicalIp(address), path, what: `cluster IP ${canonicalIp(address)}` }];
    }),
  );

/**
 * Finds Services with the same node port, including health check node ports. The API server assigns each
 * number once, for all protocols together. (registry/core/service/portallocator, 1.36)
 */
export const nodePortConflict = ({ services }: LintInput): readonly Finding[] =>
  conflicts('node-port-conflict', services, ({ spec }) => {
    const claims = spec.ports.flatMap(({ nodePort, protocol }, index): readonly Claim[] =>
      nodePort === undefined
        ? []
        : [
            {
              key: String(nodePort),
              path: ['spec', 'ports', index, 'nodePort'],
              what: `node port ${nodePort}/${protocol}`,
            },
          ],
    );
    const { healthCheckNodePort: port } = spec;
    if (port === undefined) return claims;
    const what = `health check node port ${port}/TCP`;
    return [...claims, { key: String(port), path: ['spec', 'healthCheckNodePort'], what }];
  });

/** Finds Services with the same external or load balancer address, port and protocol. */
export const externalIpConflict = ({ services }: LintInput): readonly Finding[] =>
  conflicts('external-ip-conflict', services, (service) =>
    externalAddresses(service).flatMap(({ address, path }) =>
      service.spec.ports.map((port) => {
        const what = `${address} with port ${portText(port)}`;
        return { key: `${address} ${portText(port)}`, path, what };
      }),
    ),
  );

const portText = ({ port, protocol }: ServicePortSpec): string => `${port}/${protocol}`;

/** Returns the canonical external and load balancer addresses of a Service, each once. */
export function externalAddresses({ spec, status }: Service): readonly {
  readonly address: string;
  readonly path: JsonPath;
}[] {
  const given = [
    ...spec.externalIPs.map((address, index) => ({ address, path: ['spec', 'externalIPs', index] })),
    ...status.loadBalancer.ingress.map(({ ip = '' }, index) => ({
      address: ip,
      path: ['status', 'loadBalancer', 'ingress', index, 'ip'],
    })),
  ];
  const addresses = new Map<string, { readonly address: string; readonly path: JsonPath }>();
  for (const { address, path } of given) {
    if (familyOf(address) === undefined) continue;
    const canonical = canonicalIp(address);
    if (!addresses.has(canonical)) addresses.set(canonical, { address: canonical, path });
  }
  return [...addresses.values()];
}
