import { DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { rankOf, type Version, VERSIONS } from '../dialect/version.ts';
import { type Comparison, type Difference } from '../modes/comparison.ts';
import { type PlacedRule } from '../modes/iptables/compare/difference.ts';
import { IPTABLES } from '../modes/iptables/mode.ts';
import { livePorts, type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { natChains, portFacts } from '../modes/iptables/recognise/port-facts.ts';
import { type Recognition } from '../modes/mode.ts';
import { type Dump, type DumpRule } from '../netfilter/iptables/dump.ts';
import { loadManifests, type Manifests } from '../pipeline/manifests.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Place } from '../text/source.ts';
import { configurationOf, type SeenConfiguration } from './configuration.ts';
import { allManifests, type Manifest, type SeenNode } from './manifests.ts';

/** What helps to explain a dump. */
export interface DecompileOptions {
  /** The name of the node, which no rule shows. */
  readonly nodeName: string;
  /** Names by the hashes that they have, for rules without comments. */
  readonly names: ReadonlyMap<string, NamedPort>;
}

/** What explains a dump. */
export interface Decompiled extends SeenConfiguration {
  /** Services with their EndpointSlices, in the order of their names. */
  readonly manifests: readonly Manifest[];
  readonly version: Version;
  /** All releases that may have written the dump. */
  readonly versions: readonly Version[];
  /** Rules of the dump that the manifests do not produce, and rules that they produce but the dump lacks. */
  readonly unexplained: readonly Diagnostic[];
}

/** Returns how many releases to try. Each trial builds all rules, so large dumps get fewer trials. */
const mostTrials = (dump: Dump): number => (dump.lines.length > LARGE ? 6 : VERSIONS.length);
const LARGE = 20_000;

/**
 * Finds manifests and a configuration that produce the rules of a dump. Compiles them and compares the result
 * with the dump as proof. Returns undefined when the dump is from another proxy mode.
 */
export function decompile(
  dump: Dump,
  { nodeName, names }: DecompileOptions,
): Outcome<Decompiled | undefined> {
  const recognition = IPTABLES.recognise(dump);
  if (recognition.refusal !== undefined) return { value: undefined, problems: [recognition.refusal] };
  const node: SeenNode = { family: dump.family, name: nodeName };
  const chain = natChains(dump);
  const facts = livePorts(dump, names)
    .filter(
      ({ name, addresses, nodePort }) =>
        name !== undefined && (addresses.length > 0 || nodePort !== undefined),
    )
    .map((port) => portFacts(port, chain));
  const valid = withoutInvalid(allManifests(facts, node));
  const { trial, configuration } = bestTrial(dump, recognition, node, valid);
  const { versions, candidates } = recognition;
  return {
    value: {
      ...configuration,
      manifests: valid.manifests,
      version: trial.version,
      versions: versions.length > 0 ? versions : candidates,
      unexplained: [
        ...valid.problems,
        ...trial.comparison.differences.flatMap((one) => unexplained(one, dump.family)),
      ],
    },
    problems: [],
  };
}

interface Valid {
  readonly manifests: readonly Manifest[];
  readonly loaded: Manifests;
  /** Why Services were left out. */
  readonly problems: readonly Diagnostic[];
}

/** Leaves out Services that the API server would refuse. Their rules stay unexplained. */
function withoutInvalid(manifests: readonly Manifest[]): Valid {
  const { value, problems } = load(manifests);
  if (!hasErrors(problems)) return { manifests, loaded: value, problems: [] };
  const errors = problems.filter(({ severity }) => severity === 'error');
  const bad = new Set(
    errors.map(({ subject }) => `${subject?.namespace ?? ''}/${ownerOf(subject?.name, subject?.kind)}`),
  );
  const kept = manifests.filter(({ kind, metadata }) => {
    const name = ownerOf(metadata.name, kind);
    return !bad.has(`${metadata.namespace ?? ''}/${name}`);
  });
  const again = load(kept);
  const told = errors.map(({ subject, message, path = '' }) =>
    diagnostic(
      'rule-not-explained',
      `the rules name a Service that cannot be: ${path === '' ? '' : `${path}: `}${message}`,
      { subject },
    ),
  );
  return { manifests: kept, loaded: again.value, problems: told };
}

/** The Service of an EndpointSlice, whose name is that of the Service and a number. */
const ownerOf = (name = '', kind = ''): string =>
  kind === 'EndpointSlice' ? name.replace(/-\d+$/, '') : name;

function load(manifests: readonly Manifest[]): Outcome<Manifests> {
  const list = { apiVersion: 'v1', kind: 'List', items: manifests };
  const sources = manifests.length === 0 ? [] : [{ name: '<decompiled>', text: JSON.stringify(list) }];
  return loadManifests(sources, { strict: false });
}

interface Trial {
  readonly version: Version;
  readonly comparison: Comparison<PlacedRule>;
}

interface Best {
  readonly trial: Trial;
  readonly configuration: SeenConfiguration;
}

/** Builds the rules for the releases that may have written the dump, until one gives all of them. */
function bestTrial(dump: Dump, recognition: Recognition, node: SeenNode, { loaded }: Valid): Best {
  const { settings, candidates, near, likely } = recognition;
  const newestFirst = (versions: readonly Version[]): readonly Version[] =>
    versions.toSorted((a, b) => rankOf(b) - rankOf(a));
  const order = new Set([
    ...newestFirst(likely(candidates)),
    ...newestFirst(candidates),
    ...newestFirst(near),
  ]);
  const seen = new Set<string>();
  let best: (Best & { readonly score: number }) | undefined;
  for (const version of order) {
    const configuration = configurationOf(settings, node.name, node.family, version);
    const comparison = compareWith(dump, version, configuration, loaded, node.family, seen);
    if (comparison === undefined) continue;
    const score = comparison.differences.length + (recognition.misfitsOf.get(version)?.length ?? 0);
    if (best === undefined || score < best.score)
      best = { trial: { version, comparison }, configuration, score };
    if (comparison.differences.length === 0 || seen.size >= mostTrials(dump)) break;
  }
  if (best === undefined) throw new Error('no release takes the configuration');
  return best;
}

/**
 * Compares the rules of one release with the dump. Returns undefined when kube-proxy would refuse the
 * settings, and when the same settings were tried before.
 */
function compareWith(
  dump: Dump,
  version: Version,
  { configuration, flags, node }: SeenConfiguration,
  services: Manifests,
  family: IpFamily,
  seen: Set<string>,
): Comparison<PlacedRule> | undefined {
  const resources = [...load([node]).value.resources, ...services.resources];
  const { resolve, build } = pipeline({
    manifests: { ...services, resources },
    cluster: { ...DEFAULT_CLUSTER_OPTIONS },
  });
  const config = { name: '<configuration>', text: JSON.stringify(configuration) };
  const proxy = resolve({ version, ipFamily: family, flags, config }).value;
  if (proxy === undefined || seen.has(proxy.identity)) return undefined;
  seen.add(proxy.identity);
  const built = build('iptables', proxy).value;
  return built && IPTABLES.compare(built.model, dump, { strict: true });
}

/** A diagnostic for each rule of the dump that is not explained; one for rules or chains that the dump lacks. */
function unexplained(
  { service, table, chain, expected, actual }: Difference<PlacedRule>,
  family: IpFamily,
): readonly Diagnostic[] {
  const about = service === undefined ? '' : `${service}: `;
  const told = (message: string, place?: Place): Diagnostic =>
    diagnostic('rule-not-explained', about + message, place === undefined ? {} : { place });
  const [lacking] = expected;
  if (actual.length === 0 && lacking === undefined)
    return [told(`nothing explains chain ${chain} of table ${table}`)];
  if (actual.length === 0 && lacking !== undefined)
    return [told(`the dump lacks a rule that goes with the others: ${IPTABLES.printPart(lacking, family)}`)];
  return actual.map((part) => {
    const { place, raw } = part.rule as Partial<DumpRule>;
    return told(`nothing explains the rule: ${raw ?? IPTABLES.printPart(part, family)}`, place);
  });
}
