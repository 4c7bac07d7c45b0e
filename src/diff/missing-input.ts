/** Finds missing input that may be the reason why everything differs. */
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Difference } from '../modes/comparison.ts';
import { listed } from '../text/listed.ts';

/** Kinds from which the endpoints of Services are taken. */
const SOURCES_OF_ENDPOINTS: ReadonlySet<string> = new Set([
  'EndpointSlice',
  'Endpoints',
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
]);

/** Says why everything may differ: the input has no endpoints, or the user did not name the node. */
export function missingInput(
  resources: readonly Resource[],
  differences: readonly Difference[],
  { nodeName, namesEndpoints }: { readonly nodeName: string | undefined; readonly namesEndpoints: boolean },
): readonly Diagnostic[] {
  if (differences.length === 0) return [];
  const needsEndpoints = namesEndpoints && resources.some(({ object }) => object.kind === 'Service');
  const hasEndpoints = resources.some(({ object }) => SOURCES_OF_ENDPOINTS.has(object.kind));
  const nodes = resources.flatMap(({ object }) => (object.kind === 'Node' ? [object.metadata.name] : []));
  return [
    ...(needsEndpoints && !hasEndpoints ? [diagnostic('input-without-endpoints', NO_ENDPOINTS)] : []),
    ...(nodeName === undefined && nodes.length > 1 ? [diagnostic('node-unnamed', whichNode(nodes))] : []),
  ];
}

const NO_ENDPOINTS =
  'the input holds no EndpointSlices, Endpoints, Pods or workloads, so every Service counts as one without endpoints: ' +
  'add them with kubectl get services,endpointslices,nodes -A -o yaml';

const whichNode = (nodes: readonly string[]): string =>
  'nothing tells which Node the dump is from, so no endpoint counts as local and no zone is known: ' +
  `give --node-name; the Nodes are ${listed(nodes)}`;
