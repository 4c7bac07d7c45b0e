import { keyOf } from './cluster/objects.ts';
import { askedMode } from './config/asked-mode.ts';
import { missingInput } from './diff/missing-input.ts';
import { adoptionFrom } from './diff/adoption.ts';
import { type ChosenVersion, chooseVersion } from './diff/choose-version.ts';
import { type Compilation } from './compile.ts';
import { type Version } from './dialect/version.ts';
import { type CompareOptions, type ObservedSettings } from './modes/mode.ts';
import { COMPARED_MODES } from './modes/compared-modes.ts';
import { type DumpOf, type ModeName } from './modes/modes.ts';
import { loadManifests, type ManifestOptions, type Manifests } from './pipeline/manifests.ts';
import { type ClusterRequest, type NodeProxy, pipeline, type ProxyRequest } from './pipeline/pipeline.ts';
import { servicePlaces } from './pipeline/service-places.ts';
import { type IpFamily } from './text/ip.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from './diagnostics/diagnostic.ts';
import { type Place, type Source } from './text/source.ts';

/** The manifests, the known settings of kube-proxy, and the dump of a node in this mode. */
export interface DiffRequest<Name extends ModeName = ModeName>
  extends ManifestOptions, Omit<ProxyRequest, 'version' | 'ipFamily'> {
  readonly mode: Name;
  readonly sources: readonly Source[];
  readonly cluster: ClusterRequest;
  readonly version: Version | 'auto';
  readonly dump: DumpOf<Name>;
  readonly compare: CompareOptions;
  /** Called before each phase begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** What a node should hold, what it holds, and how they differ. */
export interface Diff<Name extends ModeName = ModeName> extends Omit<ChosenVersion<Name>, 'version'> {
  readonly mode: Name;
  readonly family: IpFamily;
  readonly actual: DumpOf<Name>;
  /** The version that the node was compared with; undefined when it is unknown. */
  readonly version: Version | undefined;
  /** Every Service of the manifests as `namespace/name`, including those without rules. */
  readonly services: readonly string[];
  /** Where a Service, as `namespace/name`, stands in the manifests. */
  readonly placeOf: (service: string) => Place | undefined;
  /** Compiles the expected side again and returns all its stages. Absent when two dumps are compared. */
  readonly compilation?: () => Compilation<Name> | undefined;
}

/**
 * Compares manifests with a node's dump. It loads both, recognises which versions may have written the dump,
 * then compiles and compares for each of them. Settings and addresses that the user did not give come from
 * the dump. Returns undefined and all problems when there is an error.
 */
export function diff<Name extends ModeName>(request: DiffRequest<Name>): Outcome<Diff<Name> | undefined> {
  request.onStep?.('reading manifests');
  return diffLoaded(loadManifests(request.sources, request), request);
}

/** The same for manifests that were read before, so that many nodes need to read them once. */
export function diffLoaded<Name extends ModeName>(
  manifests: Outcome<Manifests>,
  request: Omit<DiffRequest<Name>, 'sources'>,
): Outcome<Diff<Name> | undefined> {
  const { mode, dump, onStep } = request;
  const failed = (problems: readonly Diagnostic[]): Outcome<undefined> => ({
    value: undefined,
    problems: [...manifests.problems, ...problems],
  });
  if (hasErrors(manifests.problems)) return failed([]);

  onStep?.('reading the dump');
  const recognition = COMPARED_MODES[mode].recognise(dump);
  const asked = withHostOf(inModeOf(request), recognition.settings);
  const { family, refusal } = recognition;
  if (refusal !== undefined) return failed([refusal]);

  onStep?.('comparing');
  const adoption = adoptionFrom(recognition);
  const { resolve, build } = pipeline({
    manifests: manifests.value,
    cluster: request.cluster,
    adoption,
  });
  const chosen = chooseVersion(request.version, recognition, {
    mode,
    resolve: (version) => ofMode(mode, resolve({ ...asked, version, ipFamily: family })),
    build: (proxy) => {
      const { value, problems } = build(mode, proxy);
      return { value: value && COMPARED_MODES[mode].shareWith(value.model, dump), problems };
    },
    compare: (expected) => COMPARED_MODES[mode].compare(expected, dump, request.compare),
  });
  if (chosen.value === undefined) return failed(chosen.problems);
  const { resources } = manifests.value;
  const { comparison, nodeName } = chosen.value;
  const { namesEndpoints } = COMPARED_MODES[mode];
  const missing = missingInput(resources, comparison.differences, { nodeName, namesEndpoints });
  const problems = [...missing, ...manifests.problems, ...chosen.problems];
  const services = resources.flatMap(({ object }) => (object.kind === 'Service' ? [keyOf(object)] : []));
  const placeOf = servicePlaces(resources);
  const { version } = chosen.value;
  const compilation = (): Compilation<Name> | undefined => {
    const proxy = resolve({ ...asked, version, ipFamily: family }).value;
    const built = proxy && build(mode, proxy).value;
    return built && { ...built, manifests: manifests.value };
  };
  return { value: { ...chosen.value, mode, family, services, placeOf, actual: dump, compilation }, problems };
}

/** Where neither a flag nor the configuration names a mode, the dump tells it. */
function inModeOf<Name extends ModeName>(
  request: Omit<DiffRequest<Name>, 'sources'>,
): Omit<DiffRequest<Name>, 'sources'> {
  const { mode, flags } = request;
  const isTold = mode === 'iptables' || askedMode(request) !== undefined;
  return isTold ? request : { ...request, flags: { ...flags, proxyMode: mode } };
}

/** In mode userspace, rules hold the address of the node: where nothing else tells it, the dump does. */
function withHostOf<Name extends ModeName>(
  request: Omit<DiffRequest<Name>, 'sources'>,
  { hostIP, listenIP }: ObservedSettings,
): Omit<DiffRequest<Name>, 'sources'> {
  const { flags, config } = request;
  const isOpen = config === undefined && flags.bindAddress === undefined;
  return {
    ...request,
    flags: {
      ...(hostIP !== undefined && { nodeAddresses: [hostIP] }),
      ...(listenIP !== undefined && isOpen && { bindAddress: listenIP }),
      ...flags,
    },
  };
}

/** Reports an error when the settings are for another mode than the dump. */
function ofMode(mode: string, outcome: Outcome<NodeProxy | undefined>): Outcome<NodeProxy | undefined> {
  const { value, problems } = outcome;
  if (value === undefined || value.mode === mode) return outcome;
  const message = `kube-proxy is to run in mode ${value.mode}, but the dump is of mode ${mode}: give a dump of that mode, or other settings`;
  return { value: undefined, problems: [...problems, diagnostic('node-other-mode', message)] };
}

/** Compares two dumps by meaning, and recognises from the second dump which kube-proxy wrote it. */
export function diffDumps<Name extends ModeName>(
  mode: Name,
  golden: DumpOf<Name>,
  dump: DumpOf<Name>,
  options: CompareOptions,
): Diff<Name> {
  const { modelOf, recognise, compare } = COMPARED_MODES[mode];
  const { family, versions, likely: likelyOf, whyUnlikely, misfitsOf } = recognise(dump);
  const likely = likelyOf(versions);
  const version = likely.at(-1);
  const expected = modelOf(golden);
  return {
    mode,
    family,
    expected,
    actual: dump,
    comparison: compare(expected, dump, options),
    version,
    likely,
    versions,
    misfits: version === undefined ? [] : (misfitsOf.get(version) ?? []),
    whyLikely: whyUnlikely(versions),
    nodeName: undefined,
    inferred: [],
    unusual: [],
    services: [],
    placeOf: () => undefined,
  };
}
