import { type Service } from '../manifest/types.ts';
import { canonicalIp, familyOf } from '../text/ip.ts';
import { type ClusterObjects } from './objects.ts';

/**
 * Returns every address that the manifests set, canonical. Stand-ins avoid them, so that no address is used
 * twice.
 */
export function setAddresses(objects: ClusterObjects): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const address of everyAddress(objects)) {
    if (familyOf(address) !== undefined) addresses.add(canonicalIp(address));
  }
  return addresses;
}

function* everyAddress(objects: ClusterObjects): Generator<string> {
  for (const { object } of objects.services) yield* serviceAddresses(object);
  for (const slices of objects.slices.values()) {
    for (const { endpoints } of slices) for (const { addresses } of endpoints) yield* addresses;
  }
  for (const { subsets } of objects.endpoints.values()) {
    for (const { addresses, notReadyAddresses } of subsets) {
      for (const { ip } of addresses) yield ip;
      for (const { ip } of notReadyAddresses) yield ip;
    }
  }
  for (const { object } of objects.pods) yield* object.status.podIPs;
  for (const { status } of objects.nodes) for (const { address } of status.addresses) yield address;
}

function* serviceAddresses({ spec, status }: Service): Generator<string> {
  if (spec.clusterIP !== undefined) yield spec.clusterIP;
  yield* spec.clusterIPs;
  yield* spec.externalIPs;
  if (spec.loadBalancerIP !== undefined) yield spec.loadBalancerIP;
  for (const { ip } of status.loadBalancer.ingress) if (ip !== undefined) yield ip;
}

/** Returns every node port that the manifests set, including those for health checks. */
export function setPorts(objects: ClusterObjects): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { object } of objects.services) {
    for (const { nodePort } of object.spec.ports) if (nodePort !== undefined) ports.add(nodePort);
    const { healthCheckNodePort } = object.spec;
    if (healthCheckNodePort !== undefined) ports.add(healthCheckNodePort);
  }
  return ports;
}
