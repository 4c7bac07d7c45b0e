import { groupLines, MOST_SINGLE } from './group-lines.ts';
import { groupBy } from '../text/groups.ts';
import { type GraphEdge, type GraphNode, type PortGraph } from './model.ts';

/**
 * Returns the picture with one node for many addresses of the same kind from which packets go the same ways. Few
 * addresses stay single. The time to place nodes grows with the cube of their number, and a Service may have thousands
 * of addresses.
 */
export function joinAddresses(graph: PortGraph): PortGraph {
  const addresses = graph.nodes.filter(({ kind }) => kind === 'address');
  if (addresses.length <= MOST_SINGLE) return graph;
  const joined = new Map<string, GraphNode>();
  const left = new Set<string>();
  for (const group of groupAlike(addresses, graph.edges)) {
    const [first, ...others] = group;
    if (first === undefined || others.length === 0) continue;
    joined.set(first.id, joinedNode(first, group));
    for (const { id } of others) left.add(id);
  }
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !left.has(id)).map((node) => joined.get(node.id) ?? node),
    edges: graph.edges.filter(({ from }) => !left.has(from)),
  };
}

/** The first line of an address is its kind, the second its name; what follows is done to its packets. */
function groupAlike(
  addresses: readonly GraphNode[],
  edges: readonly GraphEdge[],
): Iterable<readonly GraphNode[]> {
  const byNode = groupBy(edges, ({ from }) => from);
  return groupBy(addresses, ({ id, lines: [kind, , ...notes] }) => {
    const ways = byNode.get(id)?.map(({ to, lines }) => [to, lines]);
    return JSON.stringify([kind, notes, ways]);
  }).values();
}

function joinedNode(first: GraphNode, group: readonly GraphNode[]): GraphNode {
  const [kind = '', , ...notes] = first.lines;
  const names = group.map(({ lines }) => lines[1] ?? '');
  return { ...first, lines: [...groupLines(kind === 'address' ? 'addresses' : `${kind}s`, names), ...notes] };
}
