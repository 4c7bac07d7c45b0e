import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { rankOf, type Version, VERSIONS } from '../dialect/version.ts';
import { type Comparison, type Difference } from '../modes/comparison.ts';
import { type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { type Recognition } from '../modes/mode.ts';
import { COMPARED_MODES } from '../modes/compared-modes.ts';
import { type DumpOf, type PartOf } from '../modes/modes.ts';
import { loadManifests, type Manifests } from '../pipeline/manifests.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { type IpFamily } from '../text/ip.ts';
import { configurationOf, type SeenConfiguration } from './configuration.ts';
import { EXPLAINED_MODES, type ExplainedModeName } from './explained-modes.ts';
import { allManifests, type Manifest, type SeenNode, serviceCidrsOf } from './manifests.ts';

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
const mostTrials = (size: number): number => (size > LARGE ? 6 : VERSIONS.length);
const LARGE = 20_000;

/**
 * Finds manifests and a configuration that produce the rules of a dump. Compiles them and compares the result
 * with the dump as proof. Returns undefined when the dump is from another proxy mode.
 */
export function decompile<Name extends ExplainedModeName>(
  mode: Name,
  dump: DumpOf<Name>,
  { nodeName, names }: DecompileOptions,
): Outcome<Decompiled | undefined> {
  const recognition = COMPARED_MODES[mode].recognise(dump);
  if (recognition.refusal !== undefined) return { value: undefined, problems: [recognition.refusal] };
  const node: SeenNode = { family: dump.family, name: nodeName };
  const facts = EXPLAINED_MODES[mode]
    .facts(dump, names)
    .filter(
      ({ live: { name, addresses, nodePort } }) =>
        name !== undefined && (addresses.length > 0 || nodePort !== undefined),
    );
  const { versions, candidates, settings } = recognition;
  const valid = withoutInvalid([
    ...serviceCidrsOf(settings.serviceCidrs ?? []),
    ...allManifests(facts, node),
  ]);
  const { value: best, problems } = bestTrial(mode, dump, recognition, node, valid);
  if (best === undefined) return { value: undefined, problems };
  const { trial, configuration } = best;
  return {
    value: {
      ...configuration,
      manifests: valid.manifests,
      version: trial.version,
      versions: versions.length > 0 ? versions : candidates,
      unexplained: [
        ...valid.problems,
        ...trial.comparison.differences.flatMap((one) => unexplained(mode, one, dump.family)),
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

interface Trial<Name extends ExplainedModeName> {
  readonly version: Version;
  readonly comparison: Comparison<PartOf<Name>>;
}

interface Best<Name extends ExplainedModeName> {
  readonly trial: Trial<Name>;
  readonly configuration: SeenConfiguration;
}

/** Builds the rules for the releases that may have written the dump, until one gives all of them. */
function bestTrial<Name extends ExplainedModeName>(
  mode: Name,
  dump: DumpOf<Name>,
  recognition: Recognition,
  node: SeenNode,
  { loaded }: Valid,
): Outcome<Best<Name> | undefined> {
  const most = mostTrials(EXPLAINED_MODES[mode].sizeOf(dump));
  const { settings, candidates, near, likely } = recognition;
  const newestFirst = (versions: readonly Version[]): readonly Version[] =>
    versions.toSorted((a, b) => rankOf(b) - rankOf(a));
  const order = new Set([
    ...newestFirst(likely(candidates)),
    ...newestFirst(candidates),
    ...newestFirst(near),
  ]);
  const seen = new Set<string>();
  let best: (Best<Name> & { readonly score: number }) | undefined;
  let refusals: readonly Diagnostic[] = [];
  for (const version of order) {
    const configuration = configurationOf(mode, settings, node, version);
    const { value: comparison, problems } = compareWith(mode, dump, version, configuration, loaded, seen);
    if (comparison === undefined) {
      if (refusals.length === 0) refusals = problems;
      continue;
    }
    const score = comparison.differences.length + (recognition.misfitsOf.get(version)?.length ?? 0);
    if (best === undefined || score < best.score)
      best = { trial: { version, comparison }, configuration, score };
    if (comparison.differences.length === 0 || seen.size >= most) break;
  }
  return { value: best, problems: best === undefined ? refusals : [] };
}

/** Every port may be a node port: the cluster may have any range, and the dump does not tell all node ports. */
const ANY_CLUSTER: ClusterOptions = { ...DEFAULT_CLUSTER_OPTIONS, nodePortRange: { from: 1, to: 65_535 } };

/**
 * Compares the rules of one release with the dump. Returns undefined when the same settings were tried before, and
 * when kube-proxy would refuse them, with the reasons.
 */
function compareWith<Name extends ExplainedModeName>(
  mode: Name,
  dump: DumpOf<Name>,
  version: Version,
  { configuration, flags, node }: SeenConfiguration,
  services: Manifests,
  seen: Set<string>,
): Outcome<Comparison<PartOf<Name>> | undefined> {
  const resources = [...load([node]).value.resources, ...services.resources];
  const { resolve, build } = pipeline({
    manifests: { ...services, resources },
    cluster: ANY_CLUSTER,
  });
  const config = { name: '<configuration>', text: JSON.stringify(configuration) };
  const { value: proxy, problems } = resolve({ version, ipFamily: dump.family, flags, config });
  if (proxy === undefined) return { value: undefined, problems };
  const key = JSON.stringify([proxy.features, proxy.settingsKey]);
  if (seen.has(key)) return { value: undefined, problems: [] };
  seen.add(key);
  const built = build(mode, proxy);
  if (built.value === undefined) return { value: undefined, problems: built.problems };
  return { value: COMPARED_MODES[mode].compare(built.value.model, dump, { strict: true }), problems: [] };
}

/** A diagnostic for each part of the dump that is not explained; one for parts or chains that the dump lacks. */
function unexplained<Name extends ExplainedModeName>(
  mode: Name,
  { service, table, chain, expected, actual }: Difference<PartOf<Name>>,
  family: IpFamily,
): readonly Diagnostic[] {
  const { printPart } = COMPARED_MODES[mode];
  const { told } = EXPLAINED_MODES[mode];
  const about = service === undefined ? '' : `${service}: `;
  const [lacking] = expected;
  if (actual.length === 0) {
    const message =
      lacking === undefined
        ? `nothing explains chain ${chain} of table ${table}`
        : `the dump lacks ${withArticle(told(lacking).what)} that goes with the others: ${printPart(lacking, family)}`;
    return [diagnostic('rule-not-explained', about + message)];
  }
  return actual.map((part) => {
    const { what, raw, place } = told(part);
    const message = `${about}nothing explains the ${what}: ${raw ?? printPart(part, family)}`;
    return diagnostic('rule-not-explained', message, place === undefined ? {} : { place });
  });
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
