import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClusterModel } from '../../cluster/model.ts';
import { summarizeStandIns } from '../../cluster/summarize-stand-ins.ts';
import { type Version } from '../../dialect/version.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { dnsLabelMistakes } from '../../manifest/check/names.ts';
import { parseClusterDomain } from '../../names/dns-name.ts';
import { environmentOf, printEnvironment } from '../../names/environment.ts';
import { printHosts } from '../../names/hosts.ts';
import { jsonNames } from '../../names/json.ts';
import { namesOf } from '../../names/records.ts';
import { printZones, zoneNames } from '../../names/zone.ts';
import { readCluster } from '../../pipeline/read-cluster.ts';
import { pinnedAssignments } from '../assignments-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { type ExitCode, type Io } from '../io.ts';
import {
  clusterOptions,
  clusterRanges,
  excludeOption,
  type ManifestFlags,
  namesInput,
  NO_INPUT,
  type StandInFlags,
  versionOption,
  withManifests,
  withSettings,
  withStandIns,
} from '../options.ts';
import { progressOn } from '../progress.ts';
import { readInputs, readSource } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { kubeProxyFlags } from '../setting-options.ts';

interface NamesFlags extends ReportFlags, ManifestFlags, StandInFlags {
  readonly exclude?: readonly string[];
  readonly kubeProxyVersion: Version;
  readonly config?: string;
  readonly output: 'zone' | 'hosts' | 'env' | 'json';
  readonly clusterDomain: string;
  readonly zone?: string;
  readonly forNamespace?: string;
  readonly serviceLinks: boolean;
}

const EXAMPLES = `
Examples:
  svc2ipt names -f deploy/
  svc2ipt names -f deploy/ --zone cluster.local > cluster.local.zone
  svc2ipt names -f deploy/ --zone in-addr.arpa > in-addr.arpa.zone
  svc2ipt names -f deploy/ -o hosts --for-namespace shop | sudo tee -a /etc/hosts
  kubectl get services -A -o json | svc2ipt names -f - -o env --for-namespace shop > shop.env

Names are those of cluster DNS and of kubelet; no mode of kube-proxy changes them. kube-proxy's settings are taken
because stand-in addresses of pods depend on them: the same options give the addresses that compile gives.

Exit codes: 0 done, 2 bad usage or bad input.
`;

/** Gives `svc2ipt names` its options and what it does. */
export function defineNames(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withStandIns(withSettings(withManifests(command)))
    .addOption(versionOption())
    .addOption(excludeOption())
    .addOption(
      new Option(
        '-o, --output <form>',
        'zone: DNS records; hosts: lines for /etc/hosts; env: variables of containers; json: all',
      )
        .choices(['zone', 'hosts', 'env', 'json'])
        .default('zone'),
    )
    .addOption(
      new Option('--cluster-domain <domain>', 'the domain of the cluster')
        .default('cluster.local')
        .argParser(readDomain),
    )
    .option('--zone <name>', 'print only this zone: the cluster domain, in-addr.arpa or ip6.arpa')
    .addOption(
      new Option(
        '--for-namespace <name>',
        'the namespace of the pods: for env, and for names without a namespace in hosts',
      ).argParser(readNamespace),
    )
    .option('--no-service-links', 'variables of pods with enableServiceLinks: false')
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      finish(await runNames(self.optsWithGlobals<NamesFlags>(), io));
    });
}

function readDomain(value: string): string {
  const domain = parseClusterDomain(value);
  if (domain === undefined) throw new InvalidArgumentError('It is a domain like cluster.local.');
  return domain;
}

function readNamespace(value: string): string {
  const [mistake] = dnsLabelMistakes(value);
  if (mistake !== undefined) throw new InvalidArgumentError(`It is a namespace: ${mistake}.`);
  return value;
}

async function runNames(flags: NamesFlags, io: Io): Promise<ExitCode> {
  const misused = misuse(flags);
  if (reportProblems(misused, io, flags)) return 2;
  const progress = progressOn(io);
  const cluster = await readNamedCluster(flags, progress.step, io);
  progress.done();
  if (reportProblems(foldCharts(cluster.problems, 'names'), io, flags) || cluster.value === undefined)
    return 2;
  const { text, problems } = render(cluster.value, flags);
  if (reportProblems([...summarizeStandIns(cluster.value.standIns), ...problems], io, flags)) return 2;
  io.stdout.write(text);
  return 0;
}

function misuse({
  filename,
  fromCluster,
  output,
  zone,
  clusterDomain,
  forNamespace,
  serviceLinks,
}: NamesFlags): Diagnostic[] {
  const messages: string[] = [];
  if (!namesInput({ filename, fromCluster })) messages.push(NO_INPUT);
  if (output === 'env' && forNamespace === undefined) messages.push('-o env needs --for-namespace NAME');
  if (output === 'zone' && forNamespace !== undefined)
    messages.push('--for-namespace is for hosts, env and json');
  if (!serviceLinks && (forNamespace === undefined || output === 'hosts')) {
    messages.push('--no-service-links is for variables: -o env or json, with --for-namespace');
  }
  if (zone !== undefined && output !== 'zone') messages.push('--zone is for -o zone');
  const zones = zoneNames(clusterDomain);
  if (zone !== undefined && !zones.includes(zone))
    messages.push(`--zone ${zone}: zones are ${zones.join(', ')}`);
  return messages.map((message) => diagnostic('usage', message));
}

async function readNamedCluster(
  flags: NamesFlags,
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<ClusterModel | undefined>> {
  const inputs = await readInputs(flags, io);
  const config = flags.config === undefined ? undefined : await readSource(flags.config, io);
  const pinned = await pinnedAssignments(flags, io);
  const read = readCluster({
    sources: inputs.value,
    strict: flags.strict === true,
    ranges: clusterRanges(flags),
    version: flags.kubeProxyVersion,
    // Names of both families are printed, and the settings that matter here are the same for both.
    ipFamily: 'IPv4',
    flags: kubeProxyFlags({ ...flags }),
    config: config?.value,
    cluster: { ...clusterOptions(flags), assignments: pinned.value, headlessPods: true },
    onStep,
  });
  const problems = [...inputs.problems, ...(config?.problems ?? []), ...pinned.problems, ...read.problems];
  return { value: read.value, problems };
}

interface Rendered {
  readonly text: string;
  readonly problems: readonly Diagnostic[];
}

/** Prints what was asked for. Only the variables of a namespace have problems of variables. */
function render(cluster: ClusterModel, flags: NamesFlags): Rendered {
  const { output, clusterDomain, forNamespace: namespace, serviceLinks, zone } = flags;
  const { environment, problems } =
    namespace === undefined || output === 'hosts'
      ? { environment: undefined, problems: [] }
      : environmentOf(cluster, { namespace, serviceLinks });
  if (output === 'env')
    return { text: environment === undefined ? '' : printEnvironment(environment), problems };
  const names = namesOf(cluster, clusterDomain);
  switch (output) {
    case 'zone':
      return { text: printZones(names, zone), problems: names.problems };
    case 'hosts':
      return { text: printHosts(names, namespace), problems: names.problems };
    case 'json':
      return { text: jsonNames(names, environment), problems: [...names.problems, ...problems] };
  }
}
