import { FONT_SIZE, type Layout, layOut, LINE_HEIGHT, type Placed, type Point } from './layout.ts';
import { type GraphEdge, type GraphNode, type PortGraph } from './model.ts';
import { textWidth } from './text-width.ts';

const MARGIN = 16;
const TITLE_HEIGHT = 28;
const GAP = 24;

// Class names and not attributes, so that one sheet of style serves readers of light and of dark pages.
const STYLE = `
  svg { background: #fff }
  text { font: ${FONT_SIZE}px Helvetica, Arial, sans-serif; fill: #1f2328; text-anchor: middle }
  .title { font-weight: bold; text-anchor: start }
  .panel { fill: #fff; stroke: #d1d9e0 }
  .address { fill: #ddf4ff; stroke: #0969da }
  .chain { fill: #f6f8fa; stroke: #59636e }
  .endpoint { fill: #dafbe1; stroke: #1a7f37 }
  .stop { fill: #ffebe9; stroke: #cf222e }
  .edge { fill: none; stroke: #59636e }
  .label { fill: #fff }
  #arrow path { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 }
    text { fill: #f0f6fc }
    .panel { fill: #0d1117; stroke: #3d444d }
    .address { fill: #0c2d6b; stroke: #4493f8 }
    .chain { fill: #212830; stroke: #9198a1 }
    .endpoint { fill: #033a16; stroke: #3fb950 }
    .stop { fill: #67060c; stroke: #f85149 }
    .edge { stroke: #9198a1 }
    .label { fill: #0d1117 }
    #arrow path { fill: #9198a1 }
  }
`;

/** The pictures as one drawing, a panel for each service port below the other. Returns the text of an SVG file. */
export async function svgText(graphs: readonly PortGraph[]): Promise<string> {
  const panels = await layOut(graphs);
  const widths = panels.map(({ width, title }) =>
    Math.max(width, Math.ceil(textWidth(title, FONT_SIZE + 1))),
  );
  let inner = 0;
  for (const width of widths) inner = Math.max(inner, width);
  const panelWidth = inner + 2 * MARGIN;
  let y = GAP / 2;
  const drawn: string[] = [];
  for (const panel of panels) {
    drawn.push(panelText(panel, y, panelWidth));
    y += panelHeight(panel) + GAP / 2;
  }
  const size = `${panelWidth + GAP} ${y}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${size}" width="${panelWidth + GAP}" height="${y}">`,
    `<title>${escape(titleOf(panels))}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>',
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

const titleOf = ([first, ...others]: readonly Layout[]): string =>
  first === undefined || others.length > 0
    ? 'The ways to the endpoints of Services'
    : `The way to the endpoints of ${first.title}`;

const panelHeight = ({ height }: Layout): number => height + TITLE_HEIGHT + 2 * MARGIN;

function panelText(panel: Layout, y: number, width: number): string {
  const { title, nodes, edges } = panel;
  return [
    `<g transform="translate(${GAP / 2} ${y})">`,
    `<rect class="panel" width="${width}" height="${panelHeight(panel)}" rx="6"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + FONT_SIZE}">${escape(title)}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})">`,
    ...edges.map(({ points }) => `<path class="edge" marker-end="url(#arrow)" d="${curve(points)}"/>`),
    ...edges.flatMap(edgeLabel),
    ...nodes.map(nodeText),
    '</g>',
    '</g>',
  ].join('\n');
}

/** A line that bends at every point but the ends. */
function curve(points: readonly Point[]): string {
  const [first = { x: 0, y: 0 }, ...rest] = points;
  const bends = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? point;
    const isLast = at === rest.length - 2;
    const end = isLast
      ? next
      : { x: Math.round((point.x + next.x) / 2), y: Math.round((point.y + next.y) / 2) };
    return `Q${pair(point)} ${pair(end)}`;
  });
  const end = rest.at(-1) ?? first;
  return `M${pair(first)}${bends.length === 0 ? `L${pair(end)}` : bends.join('')}`;
}

const pair = ({ x, y }: Point): string => `${x} ${y}`;

function edgeLabel({ of: { lines }, ...place }: Placed<GraphEdge>): readonly string[] {
  if (lines.length === 0) return [];
  return [rectText('label', place, 0), ...linesText(lines, place)];
}

const RADIUS: Readonly<Record<GraphNode['kind'], number>> = { address: 14, chain: 2, endpoint: 8, stop: 2 };

const nodeText = ({ of: { kind, lines }, ...place }: Placed<GraphNode>): string =>
  [rectText(kind, place, RADIUS[kind]), ...linesText(lines, place)].join('\n');

function rectText(
  name: string,
  { x, y, width, height }: Omit<Placed<unknown>, 'of'>,
  radius: number,
): string {
  return `<rect class="${name}" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${radius}"/>`;
}

function linesText(lines: readonly string[], { x, y }: Point): readonly string[] {
  // The foot of the letters of the first line: they stand a bit below its middle.
  const top = y - ((lines.length - 1) * LINE_HEIGHT) / 2 + Math.round(FONT_SIZE * 0.35);
  return lines.map((line, at) => `<text x="${x}" y="${top + at * LINE_HEIGHT}">${escape(line)}</text>`);
}

// Text that is no XML at all would break the whole picture: surrogates without a partner, and what XML 1.0 forbids.
const FORBIDDEN = /[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escape = (text: string): string =>
  text
    .replace(FORBIDDEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
