import { foldCharts } from '../chart-problems.ts';
import { type Command, Option } from 'commander';
import { type Compilation } from '../../compile.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { jsonList, jsonOwner } from '../../listing/json.ts';
import { listCompilation, type Listing, listRules } from '../../listing/list-ports.ts';
import { type ListedPort } from '../../listing/listed-port.ts';
import { namesOf as serviceNamesOf, ownerText, tableOf, wideTableOf } from '../../listing/text.ts';
import { type Candidates, whoseChain } from '../../listing/whose-chain.ts';
import { hashesOf } from '../../modes/iptables/recognise/live-ports.ts';
import { nearestName } from '../../text/nearest-name.ts';
import { printable } from '../../text/printable.ts';
import { type ExitCode, type Io } from '../io.ts';
import { namesOf, readNames } from '../names-file.ts';
import {
  collect,
  excludeOption,
  versionOption,
  withKubeProxy,
  withManifests,
  withStandIns,
} from '../options.ts';
import { progressOn } from '../progress.ts';
import { compileFamilies, readDumps, type RuleFlags } from '../read-rules.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

interface ListFlags extends ReportFlags, RuleFlags {
  readonly names?: string;
  readonly output: 'table' | 'wide' | 'json' | 'name';
}

const EXAMPLES = `
Examples:
  svc2ipt list -f deploy/ --node-name node-1
  svc2ipt list --live node-1.dump -o wide
  svc2ipt list --live node-1.dump CHAIN
  svc2ipt list --live node-1.dump --names names.txt CHAIN
  svc2ipt list --live node-1.dump shop/web

CHAIN is any chain of kube-proxy, by the name that iptables-save prints. Its Service is found by
comments, or by computing hashes: of the names in manifests (-f) and in the file of --names.

Exit codes: 0 done, 2 bad usage, bad input, or nobody has such a chain or name.
`;

/** Adds `svc2ipt list`. */
export function addList(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = program
    .command('list')
    .description('List Services with their addresses, chains, endpoints and shares, or tell whose a chain is')
    .argument('[name]', 'a chain of kube-proxy, or a Service as NAMESPACE/NAME[:PORT]');
  withStandIns(withKubeProxy(withManifests(command)))
    .addOption(versionOption())
    .addOption(excludeOption())
    .option('--live <dump>', 'rules of a node: output of iptables-save, or - for stdin; repeatable', collect)
    .option(
      '--names <file>',
      'names to try where comments are missing: lines NAMESPACE/NAME:PORT, or manifests',
    )
    .addOption(
      new Option('-o, --output <form>', 'how it is told')
        .choices(['table', 'wide', 'json', 'name'])
        .default('table'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, _options, self: Command) => {
      finish(await runList(name, self.optsWithGlobals<ListFlags>(), io));
    });
}

async function runList(asked: string | undefined, flags: ListFlags, io: Io): Promise<ExitCode> {
  const problems = misuse(flags);
  if (problems.length > 0) return failed(problems, flags, io);
  const progress = progressOn(io);
  const known = await readListing(flags, progress.step, io);
  progress.done();
  if (reportProblems(foldCharts(known.problems, 'list'), io, flags)) return 2;
  if (asked === undefined) {
    io.stdout.write(
      printPorts(
        known.value.listings.flatMap(({ ports }) => ports),
        flags,
      ),
    );
    return 0;
  }
  const answer = answerFor(asked, known.value, flags);
  if (typeof answer !== 'string') return failed([answer], flags, io);
  io.stdout.write(answer);
  return 0;
}

function failed(problems: readonly Diagnostic[], flags: ListFlags, io: Io): ExitCode {
  reportProblems(problems, io, flags);
  return 2;
}

function misuse({ filename, live, names }: ListFlags): readonly Diagnostic[] {
  const messages: string[] = [];
  if (filename === undefined && live === undefined) {
    messages.push('no rules: name manifests with -f, or a dump of a node with --live');
  }
  const fromStdin = [...(filename ?? []), ...(live ?? []), names].filter((path) => path === '-').length;
  if (fromStdin > 1) messages.push('standard input can be read only once');
  return messages.map((message) => diagnostic('usage', message));
}

interface Known {
  readonly listings: readonly Listing[];
  readonly candidates: Candidates;
}

/** With dumps, these are listed, and manifests only lend their names. */
async function readListing(
  flags: ListFlags,
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<Known>> {
  const dumps = await readDumps(flags, io);
  const names = await readNames(flags.names, io);
  const families =
    dumps.value.length > 0 ? [...new Set(dumps.value.map(({ family }) => family))] : [flags.ipFamily];
  const refusal = (mode: string): string => `list does not know the chains of mode ${mode}`;
  const compiled =
    flags.filename === undefined
      ? { value: [], problems: [] }
      : await compileFamilies(flags, families, refusal, onStep, io);
  const problems = [...dumps.problems, ...names.problems, ...compiled.problems];
  const candidates = candidatesOf(names.value, compiled.value);
  if (hasErrors(problems)) return { value: { listings: [], candidates }, problems };
  const listings =
    dumps.value.length > 0
      ? dumps.value.map((dump) => listRules(dump, candidates.byHash))
      : compiled.value.map(listCompilation);
  return { value: { listings, candidates }, problems };
}

function candidatesOf(
  names: readonly string[],
  compilations: readonly Compilation<'iptables'>[],
): Candidates {
  const endpoints = new Map<string, Set<string>>();
  for (const { state } of compilations) {
    for (const port of state.ports) {
      const name = port.name.replace(/:$/, '');
      const known = endpoints.get(name) ?? new Set();
      endpoints.set(name, known);
      for (const { address } of port.endpoints.reachable) known.add(address);
    }
  }
  const all = [...names, ...compilations.flatMap(({ manifests }) => namesOf(manifests.resources))];
  return { byHash: hashesOf(all), endpointsOf: (name) => endpoints.get(name) ?? [] };
}

function printPorts(ports: readonly ListedPort[], { output }: ListFlags): string {
  switch (output) {
    case 'table':
      return tableOf(ports);
    case 'wide':
      return wideTableOf(ports);
    case 'json':
      return jsonList(ports);
    case 'name':
      return serviceNamesOf(ports);
  }
}

/** What is known of a chain or a Service; a diagnostic when nothing is. */
function answerFor(asked: string, { listings, candidates }: Known, flags: ListFlags): string | Diagnostic {
  if (asked.includes('/')) {
    const isAsked = ({ name }: ListedPort): boolean => name === asked || name?.split(':')[0] === asked;
    const ports = listings.flatMap(({ ports: own }) => own.filter(isAsked));
    if (ports.length > 0) return printPorts(ports, flags);
    return unknown(
      asked,
      'no Service has this name',
      listings.flatMap((one) => serviceNames(one)),
    );
  }
  for (const listing of listings) {
    const known = whoseChain(asked, listing, candidates);
    if (known !== undefined) return flags.output === 'json' ? jsonOwner(known) : ownerText(known);
  }
  const chains = listings.flatMap((listing) => [...listing.chains.names]);
  return unknown(asked, 'no chain of kube-proxy has this name', chains);
}

const serviceNames = ({ ports }: Listing): readonly string[] =>
  ports.flatMap(({ name }) => (name === undefined ? [] : [name, name.split(':')[0] ?? name]));

function unknown(asked: string, why: string, known: readonly string[]): Diagnostic {
  const near = nearestName(asked, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return diagnostic('chain-unknown', printable(`${asked}: ${why}${hint}`));
}
