import { joinAddresses } from './join-addresses.ts';
import { listedLines, shorten } from './shorten.ts';
import { type GraphEdge, type GraphNode, type NodeKind, type PortGraph } from './model.ts';

/** A picture in the making. */
export interface Draft {
  /** Returns the id of the node of that key, which is made the first time. */
  readonly node: (key: string, kind: NodeKind, lines: readonly string[]) => string;
  /** Adds lines to a node that was made; the same lines only once. */
  readonly note: (key: string, lines: readonly string[]) => void;
  /**
   * Adds an edge. Edges with the same ends become one edge. `lines` are the conditions of this edge; each
   * further edge adds a line.
   */
  readonly edge: (from: string, to: string, lines: readonly string[]) => void;
  readonly graph: (title: string) => PortGraph;
}

interface NodeDraft {
  readonly id: string;
  readonly kind: NodeKind;
  readonly lines: string[];
  readonly notes: Set<string>;
}

interface EdgeDraft {
  readonly from: string;
  readonly to: string;
  readonly ways: Set<string>;
}

/** Begins the picture with this number, which ids of nodes carry. */
export function newDraft(number: number): Draft {
  const nodes = new Map<string, NodeDraft>();
  const edges = new Map<string, EdgeDraft>();
  return {
    node: (key, kind, lines) => {
      const known = nodes.get(key);
      const id = known?.id ?? `p${number}n${nodes.size + 1}`;
      if (known === undefined) nodes.set(key, { id, kind, lines: [...lines], notes: new Set() });
      return id;
    },
    note: (key, lines) => {
      const node = nodes.get(key);
      const note = lines.join('\n');
      if (node === undefined || node.notes.has(note)) return;
      node.notes.add(note);
      for (const line of lines) node.lines.push(line);
    },
    edge: (from, to, lines) => {
      const key = `${from} ${to}`;
      const edge = edges.get(key) ?? { from, to, ways: new Set() };
      edges.set(key, edge);
      edge.ways.add(lines.join(', '));
    },
    graph: (title) =>
      joinAddresses({
        id: `p${number}`,
        title: shorten(title),
        nodes: [...nodes.values()].map(({ id, kind, lines }): GraphNode => ({
          id,
          kind,
          lines: listedLines(lines),
        })),
        edges: [...edges.values()].map(({ from, to, ways }): GraphEdge => ({
          from,
          to,
          lines: waysText(ways),
        })),
      }),
  };
}

/** Returns one line for each way, or none when one of the ways has no condition. */
function waysText(ways: ReadonlySet<string>): readonly string[] {
  if (ways.has('')) return [];
  return listedLines([...ways].map((way, at) => (at === 0 ? way : `or ${way}`)));
}
