import { type Endpoint, type Service } from '../manifest/types.ts';

/**
 * Returns the hints that trafficDistribution gives a ready endpoint: its own zone, and with PreferSameNode
 * its own node. Returns undefined when there are none. (trafficdist.ReconcileHints, 1.36)
 *
 * The older topology annotation switches these hints off, as in the controller. With the annotation the
 * controller distributes hints by the CPUs of the Nodes. Manifests do not give these, and without them the
 * controller sets none.
 */
export function hintsFor(
  service: Service,
  nodeName: string | undefined,
  zone: string | undefined,
): Endpoint['hints'] {
  const { trafficDistribution } = service.spec;
  if (!DISTRIBUTIONS.has(trafficDistribution) || asksByAnnotation(service)) return undefined;
  const forNode = trafficDistribution === 'PreferSameNode' ? nodeName : undefined;
  if (zone === undefined && forNode === undefined) return undefined;
  return {
    ...(zone !== undefined && { forZones: [zone] }),
    ...(forNode !== undefined && { forNodes: [forNode] }),
  };
}

const DISTRIBUTIONS: ReadonlySet<string | undefined> = new Set([
  'PreferClose',
  'PreferSameZone',
  'PreferSameNode',
]);

/** (hintsEnabled) */
function asksByAnnotation({ metadata: { annotations } }: Service): boolean {
  const asked =
    annotations['service.kubernetes.io/topology-aware-hints'] ??
    annotations['service.kubernetes.io/topology-mode'];
  return asked === 'Auto' || asked === 'auto';
}
