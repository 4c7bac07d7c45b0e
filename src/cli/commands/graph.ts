import { type Command, Option } from 'commander';
import { type Compilation } from '../../compile.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { drawablePorts } from '../../graph/build.ts';
import { type DrawablePort } from '../../graph/drawable-port.ts';
import { drawableNftPorts } from '../../graph/nft-build.ts';
import { dotText } from '../../graph/dot.ts';
import { MERMAID_LIMITS, mermaidText } from '../../graph/mermaid.ts';
import { type PortGraph } from '../../graph/model.ts';
import { svgText } from '../../graph/svg.ts';
import { hashesOf, type NamedPort } from '../../modes/iptables/recognise/live-ports.ts';
import { nearestInNamespaces } from '../../text/nearest-name.ts';
import { printable } from '../../text/printable.ts';
import { foldCharts } from '../chart-problems.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  misuseOfRules,
  type NamedRuleFlags,
  readNamedRules,
  type RulesIn,
  withNamedRules,
} from '../named-rules.ts';
import { progressOn } from '../progress.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

interface GraphFlags extends ReportFlags, NamedRuleFlags {
  readonly output: 'mermaid' | 'dot' | 'svg';
}

const EXAMPLES = `
Examples:
  svc2ipt graph -f deploy/ --node-name node-1 shop/web
  svc2ipt graph -f deploy/ shop/web:http -o svg > web.svg
  svc2ipt graph --live node-1.dump -o dot | dot -Tpdf > node-1.pdf

Code hosts draw mermaid text in descriptions of pull requests, between \`\`\`mermaid and \`\`\`.

Exit codes: 0 done, 2 bad usage, bad input, or no such Service.
`;

/** Gives `svc2ipt graph` its options and what it does. */
export function defineGraph(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command.argument('[service]', 'a Service as NAMESPACE/NAME[:PORT]; default: all of them');
  withNamedRules(command)
    .addOption(
      new Option('-o, --output <form>', 'the language of the picture')
        .choices(['mermaid', 'dot', 'svg'])
        .default('mermaid'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (service: string | undefined, _options, self: Command) => {
      finish(await runGraph(service, self.optsWithGlobals<GraphFlags>(), io));
    });
}

async function runGraph(asked: string | undefined, flags: GraphFlags, io: Io): Promise<ExitCode> {
  if (reportProblems(misuseOfRules(flags), io, flags)) return 2;
  const progress = progressOn(io);
  const known = await readPorts(flags, progress.step, io);
  if (reportProblems(foldCharts(known.problems, 'graph'), io, flags)) return 2;
  const { ports, services } = known.value;
  const chosen = asked === undefined ? ports : ports.filter(({ name }) => isOf(asked, name));
  if (asked !== undefined && chosen.length === 0) {
    reportProblems([unknown(asked, ports, services)], io, flags);
    return 2;
  }
  progress.step('drawing');
  const graphs = chosen.map(({ draw }, at) => draw(at + 1));
  const text = await drawn(graphs, flags);
  progress.done();
  if (flags.output === 'mermaid') reportProblems(tooLarge(graphs, text), io, flags);
  io.stdout.write(text);
  return 0;
}

const isOf = (asked: string, name: string | undefined): boolean =>
  name === asked || name?.split(':')[0] === asked;

interface Known {
  readonly ports: readonly DrawablePort[];
  /** Services of the manifests, by `namespace/name`. */
  readonly services: ReadonlySet<string>;
}

/** Reads what to draw. When there are dumps, these are drawn, and the manifests give only names. */
async function readPorts(flags: GraphFlags, onStep: (what: string) => void, io: Io): Promise<Outcome<Known>> {
  const { value, problems } = await readNamedRules(flags, DRAWN_MODES, onStep, io);
  const { dumps, compiled, names } = value;
  if (hasErrors(problems)) return { value: { ports: [], services: new Set() }, problems };
  const hashes = hashesOf(names);
  const ports =
    dumps.length > 0
      ? dumps.flatMap((rules) => drawDump(rules, hashes))
      : compiled.flatMap((compilation) => drawCompiled(compilation, hashes));
  return { value: { ports, services: new Set(compiled.flatMap(serviceNames)) }, problems };
}

/** The modes whose chains are drawn. */
const DRAWN_MODES = ['iptables', 'nftables'] as const;
type DrawnMode = (typeof DRAWN_MODES)[number];

type Hashes = ReadonlyMap<string, NamedPort>;

const drawDump = (rules: RulesIn<DrawnMode>, hashes: Hashes): readonly DrawablePort[] =>
  rules.mode === 'iptables' ? drawablePorts(rules.dump, hashes, rules.sets) : drawableNftPorts(rules);

const DRAWINGS: {
  readonly [Name in DrawnMode]: (compilation: Compilation<Name>, hashes: Hashes) => readonly DrawablePort[];
} = {
  iptables: ({ model }, hashes) => drawablePorts(model, hashes),
  nftables: ({ model, settings }) => drawableNftPorts({ family: settings.ipFamily, ruleset: model }),
};

const drawCompiled = <Name extends DrawnMode>(
  compilation: Compilation<Name>,
  hashes: Hashes,
): readonly DrawablePort[] => DRAWINGS[compilation.mode](compilation, hashes);

const serviceNames = ({ cluster }: Compilation): readonly string[] =>
  cluster.services.map(({ service: { metadata } }) => `${metadata.namespace}/${metadata.name}`);

function unknown(asked: string, ports: readonly DrawablePort[], services: ReadonlySet<string>): Diagnostic {
  if (services.has(asked))
    return diagnostic('service-not-served', printable(`${asked}: kube-proxy has no rules for this Service`));
  const known = ports.flatMap(({ name }) => (name === undefined ? [] : [name, name.split(':')[0] ?? name]));
  const near = nearestInNamespaces(asked, [...known, ...services]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return diagnostic('chain-unknown', printable(`${asked}: no Service has this name${hint}`));
}

async function drawn(graphs: readonly PortGraph[], { output }: GraphFlags): Promise<string> {
  switch (output) {
    case 'mermaid':
      return mermaidText(graphs);
    case 'dot':
      return dotText(graphs);
    case 'svg':
      return svgText(graphs);
  }
}

function tooLarge(graphs: readonly PortGraph[], text: string): readonly Diagnostic[] {
  let edges = 0;
  for (const graph of graphs) edges += graph.edges.length;
  const { edges: mostEdges, characters } = MERMAID_LIMITS;
  if (edges <= mostEdges && text.length <= characters) return [];
  const message =
    `the picture has ${edges} edges and ${text.length} characters, and mermaid draws at most ${mostEdges} ` +
    `and ${characters} unless it is configured for more: name a Service, or draw with -o svg`;
  return [diagnostic('graph-too-large', message)];
}
