import { foldCharts } from '../chart-problems.ts';
import { type Command, Option } from 'commander';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { jsonList, jsonOwner } from '../../listing/json.ts';
import { type Compilation } from '../../compile.ts';
import { listCompilation, listRules } from '../../listing/list-ports.ts';
import { listIpvsCompilation, listIpvsDump } from '../../listing/ipvs-listing.ts';
import { listNftCompilation, listRuleset } from '../../listing/nft-listing.ts';
import {
  iptablesListing,
  LISTED_MODES,
  type ListedMode,
  type NodeListing,
} from '../../listing/node-listing.ts';
import { type ListedPort } from '../../listing/listed-port.ts';
import { namesOf as serviceNamesOf, ownerText, tableOf, wideTableOf } from '../../listing/text.ts';
import { type Candidates } from '../../listing/whose-chain.ts';
import { hashesOf } from '../../modes/iptables/recognise/live-ports.ts';
import { nearestInNamespaces } from '../../text/nearest-name.ts';
import { printable } from '../../text/printable.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  misuseOfRules,
  type NamedRuleFlags,
  type NamedRules,
  readNamedRules,
  type RulesIn,
  withNamedRules,
} from '../named-rules.ts';
import { progressOn } from '../progress.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

interface ListFlags extends ReportFlags, NamedRuleFlags {
  readonly output: 'table' | 'wide' | 'json' | 'name';
}

const EXAMPLES = `
Examples:
  svc2ipt list -f deploy/ --node-name node-1
  svc2ipt list --live node-1.dump -o wide
  svc2ipt list --live node-1.dump CHAIN
  svc2ipt list --live node-1.dump --names names.txt CHAIN
  svc2ipt list --live node-1.dump shop/web
  svc2ipt list --live dumps/node-1/ -f cluster.yaml      # mode ipvs: outputs of its four tools, and names

CHAIN is any chain of kube-proxy, by the name that iptables-save or nft prints. Its Service is found by
comments, or by computing hashes: of the names in manifests (-f) and in the file of --names. In mode ipvs
it is a virtual server, as 10.96.0.20:80, and only manifests name its Service.

Exit codes: 0 done, 2 bad usage, bad input, or nobody has such a chain or name.
`;

/** Gives `svc2ipt list` its options and what it does. */
export function defineList(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command.argument('[name]', 'a chain of kube-proxy, or a Service as NAMESPACE/NAME[:PORT]');
  withNamedRules(command)
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
  const problems = misuseOfRules(flags);
  if (problems.length > 0) return failed(problems, flags, io);
  const progress = progressOn(io);
  const known = await readListing(flags, progress.step, io);
  progress.done();
  if (reportProblems(foldCharts(known.problems, 'list'), io, flags)) return 2;
  if (asked === undefined) {
    io.stdout.write(
      printPorts(
        known.value.flatMap(({ ports }) => ports),
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

/** Reads what to list. When there are dumps, these are listed, and the manifests give only names. */
async function readListing(
  flags: ListFlags,
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<readonly NodeListing[]>> {
  const { value, problems } = await readNamedRules(flags, LISTED_MODES, onStep, io);
  if (hasErrors(problems)) return { value: [], problems };
  const candidates = candidatesOf(value);
  const { dumps, compiled } = value;
  const listings =
    dumps.length > 0
      ? dumps.map((dump) => listDump(dump, candidates, compiled))
      : compiled.map((compilation) => listCompiled(compilation, candidates));
  return { value: listings, problems };
}

function listDump(
  rules: RulesIn<ListedMode>,
  candidates: Candidates,
  compiled: readonly Compilation[],
): NodeListing {
  switch (rules.mode) {
    case 'iptables':
      return iptablesListing(listRules(rules.dump, candidates.byHash, rules.sets), candidates);
    case 'nftables':
      return listRuleset(rules);
    case 'ipvs': {
      const ofFamily = compiled.filter(({ settings }) => settings.ipFamily === rules.family);
      return listIpvsDump(
        rules.dump,
        ofFamily.flatMap(({ state }) => state.ports),
      );
    }
  }
}

const LISTINGS: {
  readonly [Name in ListedMode]: (compilation: Compilation<Name>, candidates: Candidates) => NodeListing;
} = {
  iptables: (compilation, candidates) => iptablesListing(listCompilation(compilation), candidates),
  nftables: (compilation) => listNftCompilation(compilation),
  ipvs: (compilation) => listIpvsCompilation(compilation),
};

const listCompiled = <Name extends ListedMode>(
  compilation: Compilation<Name>,
  candidates: Candidates,
): NodeListing => LISTINGS[compilation.mode](compilation, candidates);

function candidatesOf({ names, compiled }: NamedRules<ListedMode>): Candidates {
  const endpoints = new Map<string, Set<string>>();
  for (const { state } of compiled) {
    for (const port of state.ports) {
      const name = port.name.replace(/:$/, '');
      const known = endpoints.get(name) ?? new Set();
      endpoints.set(name, known);
      for (const { address } of port.endpoints.reachable) known.add(address);
    }
  }
  return { byHash: hashesOf(names), endpointsOf: (name) => endpoints.get(name) ?? [] };
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

/** Returns what is known about a chain or a Service, or a diagnostic when nothing is known. */
function answerFor(asked: string, listings: readonly NodeListing[], flags: ListFlags): string | Diagnostic {
  for (const listing of listings) {
    const known = listing.whose(asked);
    if (known !== undefined) return flags.output === 'json' ? jsonOwner(known) : ownerText(known);
  }
  if (asked.includes('/')) {
    const isAsked = ({ name }: ListedPort): boolean => name === asked || name?.split(':')[0] === asked;
    const ports = listings.flatMap(({ ports: own }) => own.filter(isAsked));
    if (ports.length > 0) return printPorts(ports, flags);
    return unknown(
      asked,
      'no Service has this name',
      listings.flatMap((one) => [...serviceNames(one), ...[...one.chainNames].filter(hasSlash)]),
    );
  }
  const chains = listings.flatMap((one) => [...one.chainNames, ...serviceNames(one)]);
  return unknown(asked, 'no chain of kube-proxy has this name', chains);
}

/** Chains of mode nftables are named after Services. */
const hasSlash = (name: string): boolean => name.includes('/');

const serviceNames = ({ ports }: NodeListing): readonly string[] =>
  ports.flatMap(({ name }) => (name === undefined ? [] : [name, name.split(':')[0] ?? name]));

function unknown(asked: string, why: string, known: readonly string[]): Diagnostic {
  const near = nearestInNamespaces(asked, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return diagnostic('chain-unknown', printable(`${asked}: ${why}${hint}`));
}
