import { type NodeKind, type PortGraph } from './model.ts';

const SHAPES: Readonly<Record<NodeKind, string>> = {
  address: 'shape=box, style=rounded',
  chain: 'shape=box',
  endpoint: 'shape=ellipse',
  stop: 'shape=octagon',
};

/** The pictures in the language of Graphviz, a cluster for each service port. */
export function dotText(graphs: readonly PortGraph[]): string {
  return [
    'digraph services {',
    '  rankdir=LR;',
    '  node [fontname="Helvetica"];',
    '  edge [fontname="Helvetica"];',
    ...graphs.flatMap(portLines),
    '}',
    '',
  ].join('\n');
}

const portLines = ({ id, title, nodes, edges }: PortGraph): readonly string[] => [
  `  subgraph cluster_${id} {`,
  `    label=${quoted([title])};`,
  ...nodes.map(({ id: node, kind, lines }) => `    ${node} [label=${quoted(lines)}, ${SHAPES[kind]}];`),
  ...edges.map(({ from, to, lines }) => {
    const label = lines.length === 0 ? '' : ` [label=${quoted(lines)}]`;
    return `    ${from} -> ${to}${label};`;
  }),
  '  }',
];

/**
 * Quotes lines for a label. Escapes the backslash and `&`, because Graphviz reads `\N` and `&lt;` in labels.
 */
const quoted = (lines: readonly string[]): string =>
  `"${lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')).join('\\n')}"`;
