import { type GraphNode, type NodeKind, type PortGraph } from './model.ts';

/** The largest drawing that mermaid accepts by default (maxEdges and maxTextSize of its configuration). */
export const MERMAID_LIMITS = { edges: 500, characters: 50_000 } as const;

const BRACKETS: Readonly<Record<NodeKind, readonly [string, string]>> = {
  address: ['([', '])'],
  chain: ['[', ']'],
  endpoint: ['(', ')'],
  stop: ['{{', '}}'],
};

/** The pictures as one mermaid flowchart, a box for each service port. */
export function mermaidText(graphs: readonly PortGraph[]): string {
  return ['flowchart LR', ...graphs.flatMap(portLines), ''].join('\n');
}

const portLines = ({ id, title, nodes, edges }: PortGraph): readonly string[] => [
  `  subgraph ${id}["${escape(title)}"]`,
  '    direction LR',
  ...nodes.map((node) => `    ${nodeText(node)}`),
  ...edges.map(({ from, to, lines }) => {
    const label = lines.length === 0 ? '' : `|"${lines.map(escape).join('<br/>')}"|`;
    return `    ${from} -->${label} ${to}`;
  }),
  '  end',
];

function nodeText({ id, kind, lines }: GraphNode): string {
  const [open, close] = BRACKETS[kind];
  return `${id}${open}"${lines.map(escape).join('<br/>')}"${close}`;
}

// Within quotes these letters mean themselves, for mermaid as well as for the HTML and the Markdown that it makes of
// them.
const PLAIN = /[^\p{L}\p{N} .,:/()[\]?!+=…-]/gu;

/** Everything else becomes an entity, which mermaid writes with `#` in place of `&#`. */
const escape = (text: string): string => text.replace(PLAIN, (letter) => `#${letter.codePointAt(0) ?? 0};`);
