import { type GraphEdge, type GraphNode, type PortGraph } from './model.ts';
import { textWidth } from './text-width.ts';

export const FONT_SIZE = 13;
export const LINE_HEIGHT = 17;
const PADDING = 10;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A thing with its middle and its size, in pixels. */
export interface Placed<T> extends Point {
  readonly of: T;
  readonly width: number;
  readonly height: number;
}

/** A picture of which every place is known; its left upper corner is 0, 0. */
export interface Layout {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed<GraphNode>[];
  /** The middle is that of the text on the edge. */
  readonly edges: readonly (Placed<GraphEdge> & { readonly points: readonly Point[] })[];
}

function sizeOf(lines: readonly string[], padding: number): { width: number; height: number } {
  let widest = 0;
  for (const line of lines) widest = Math.max(widest, textWidth(line, FONT_SIZE));
  return { width: Math.ceil(widest) + 2 * padding, height: lines.length * LINE_HEIGHT + 2 * padding };
}

interface Box {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

/**
 * The part of the library that is used here. Its own types import files by paths that Node does not resolve.
 */
interface Dagre {
  readonly Graph: new (options: { readonly multigraph: true }) => DagreGraph;
  readonly layout: (graph: DagreGraph) => void;
}

interface DagreGraph {
  readonly setGraph: (label: object) => void;
  readonly graph: () => Box;
  readonly setNode: (id: string, label: object) => void;
  readonly node: (id: string) => Box;
  readonly setEdge: (from: string, to: string, label: object, name: string) => void;
  readonly edge: (from: string, to: string, name: string) => Box & { readonly points: readonly Point[] };
}

/**
 * Places nodes from left to right. Loads the layout library only here, so that other commands start faster.
 */
export async function layOut(graphs: readonly PortGraph[]): Promise<readonly Layout[]> {
  const { Graph, layout } = (await import('@dagrejs/dagre')) as unknown as Dagre;
  return graphs.map(({ title, nodes, edges }): Layout => {
    const graph = new Graph({ multigraph: true });
    graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 36, edgesep: 12 });
    for (const { id, lines } of nodes) graph.setNode(id, sizeOf(lines, PADDING));
    edges.forEach(({ from, to, lines }, at) => {
      const size = lines.length === 0 ? { width: 0, height: 0 } : sizeOf(lines, 4);
      graph.setEdge(from, to, { ...size, labelpos: 'c' }, String(at));
    });
    layout(graph);
    const { width = 0, height = 0 } = graph.graph();
    return {
      title,
      width: Math.ceil(width),
      height: Math.ceil(height),
      nodes: nodes.map((node) => ({ ...placeOf(graph.node(node.id)), of: node })),
      edges: edges.map((edge, at) => {
        const label = graph.edge(edge.from, edge.to, String(at));
        return { ...placeOf(label), of: edge, points: label.points.map(rounded) };
      }),
    };
  });
}

const placeOf = ({ x = 0, y = 0, width = 0, height = 0 }: Box): Omit<Placed<unknown>, 'of'> => ({
  ...rounded({ x, y }),
  width,
  height,
});

/** Whole pixels: the same bytes on every machine. */
const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
