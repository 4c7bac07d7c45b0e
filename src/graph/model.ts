/** The picture of one service port: what leads where. All forms of output draw the same picture. */

/** What a node of a picture stands for; each kind has its own look. */
export type NodeKind = 'address' | 'chain' | 'endpoint' | 'stop';

export interface GraphNode {
  /** Safe in every form of output: a letter and a number, unique in the whole output. */
  readonly id: string;
  readonly kind: NodeKind;
  /** Text from the input, not escaped; at least one line. */
  readonly lines: readonly string[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Under which conditions, and the share of connections; may be empty. */
  readonly lines: readonly string[];
}

/** The way to the endpoints of one service port. */
export interface PortGraph {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
