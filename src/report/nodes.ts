/** Many nodes against one set of manifests: told by Service, then by node. */
import { type Merged, mergeReviews, type Places, reviewOfMerged, share, someOf } from '../review/merge.ts';
import { type Review } from '../review/review.ts';
import { printable, printableJson } from '../text/printable.ts';

/** How one node differs. */
export interface NodeReview {
  readonly name: string;
  readonly review: Review;
}

/** The nodes that differ, and how many there are in all. */
export interface NodesReport {
  readonly merged: Merged;
  readonly differing: readonly NodeReview[];
  readonly places: Places;
}

/** Brings the reviews of all nodes together. */
export function reportNodes(nodes: readonly NodeReview[]): NodesReport {
  const differing = nodes.filter(({ review }) => review.groups.length > 0);
  return {
    merged: mergeReviews(nodes),
    differing,
    places: { plural: nodes.length === 1 ? 'node' : 'nodes', count: nodes.length },
  };
}

/** `12 of 500 nodes differ, 488 are equal` */
export function summarizeNodes({ differing, places: { count } }: NodesReport): string {
  const equal = count - differing.length;
  if (differing.length === 0)
    return `${count === 1 ? 'the node is' : `all ${count} nodes are`} programmed as the cluster says`;
  return `${differing.length} of ${count} nodes ${differing.length === 1 ? 'differs' : 'differ'}, ${equal} ${equal === 1 ? 'is' : 'are'} equal`;
}

/**
 * Formats the report as text: a line a finding with the number of its nodes, the commonest first, then a line a node
 * that differs.
 */
export function nodesText(report: NodesReport): string {
  const { merged, differing, places } = report;
  const found = [...merged.groups].flatMap(([group, items]) =>
    items.map(({ item, names }) => ({ group, message: item.message, names })),
  );
  const lines = found
    .sort((a, b) => b.names.size - a.names.size)
    .map(({ group, message, names }) => {
      const told = `${share(names, places)}: ${group}: ${message}`;
      return `${printable(told)}\n  ${printable(someOf(names))}`;
    });
  const notes = [...merged.notes].map(([note, names]) => printable(`note: ${share(names, places)}: ${note}`));
  const nodes = differing.map(({ name, review }) => printable(`${name}: ${review.summary}`));
  return [lines, notes, nodes, [summarizeNodes(report)]]
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

/**
 * Formats the report as JSON: differences with the nodes that have them, and the number of differences of each node.
 */
export function nodesJson({ merged, differing, places }: NodesReport, names: readonly string[]): string {
  const counts = new Map(
    differing.map(({ name, review }) => [
      name,
      review.groups.reduce((sum, { items }) => sum + items.length, 0),
    ]),
  );
  const report = {
    equal: differing.length === 0,
    count: places.count,
    nodes: names.map((name) => ({ name, differences: counts.get(name) ?? 0 })),
    differences: [...merged.groups].flatMap(([group, items]) =>
      items.map(({ item: { code, message, lines }, names: nodes }) => ({
        kind: code,
        name: group,
        message,
        nodes: [...nodes],
        lines,
      })),
    ),
    notes: [...merged.notes].map(([message, nodes]) => ({ message, nodes: [...nodes] })),
  };
  return `${printableJson(report, 2)}\n`;
}

/** The same as a review for a pull request. */
export const reviewOfNodes = (report: NodesReport): Review => ({
  ...reviewOfMerged(report.merged, report.places),
  summary: summarizeNodes(report),
});
