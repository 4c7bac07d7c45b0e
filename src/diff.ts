import { type ClusterOptions } from './cluster/options.ts';
import { compareRules, type CompareOptions } from './modes/iptables/compare/compare.ts';
import { loadManifests, type ManifestOptions, type ProxyRequest } from './compile.ts';
import { type ChosenVersion, chooseVersion } from './diff/choose-version.ts';
import { type Version } from './dialect/version.ts';
import { readEvidence } from './modes/iptables/recognise/evidence.ts';
import { observeSettings } from './modes/iptables/recognise/observe-settings.ts';
import { isIpvsNode } from './modes/iptables/recognise/proxy-mode.ts';
import { likelyVersions, recognise } from './modes/iptables/recognise/recognise.ts';
import { type Dump } from './netfilter/iptables/dump.ts';
import { type RuleSet } from './netfilter/iptables/model.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from './diagnostics/diagnostic.ts';
import { type Source } from './text/source.ts';

/** Manifests, what is known of kube-proxy, and a node's dump. */
export interface DiffRequest extends ManifestOptions, Omit<ProxyRequest, 'version' | 'ipFamily'> {
  readonly sources: readonly Source[];
  readonly cluster: Omit<ClusterOptions, 'nodeName'>;
  readonly version: Version | 'auto';
  readonly dump: Dump;
  readonly compare: Pick<CompareOptions, 'tables' | 'strict'>;
  /** Told of each phase before it begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** What a node should hold, what it holds, and how they differ. */
export interface Diff extends Omit<ChosenVersion, 'version'> {
  readonly actual: RuleSet;
  /** The version that was compared with; undefined when nothing tells. */
  readonly version: Version | undefined;
}

/**
 * Manifests against a node's dump: load, read the evidence, then compile and compare for every version that may have
 * written the dump, with settings and addresses that are not given taken from it. Undefined when something is wrong,
 * with everything that is.
 */
export function diff(request: DiffRequest): Outcome<Diff | undefined> {
  const { dump } = request;
  const step = request.onStep ?? (() => undefined);
  step('reading manifests');
  const manifests = loadManifests(request.sources, request);
  if (hasErrors(manifests.problems)) return { value: undefined, problems: manifests.problems };

  step('reading the dump');
  const evidence = readEvidence(dump);

  if (isIpvsNode(evidence)) return { value: undefined, problems: [...manifests.problems, IPVS] };

  step('comparing');
  const options = { ...request.compare, ...limitsOf(dump) };
  const chosen = chooseVersion(
    request.version,
    {
      ...request,
      cluster: { ...request.cluster, seen: manifests.value.seen },
      resources: manifests.value.resources,
      evidence,
      observed: observeSettings(evidence),
    },
    (expected) => compareRules(expected, dump, options),
  );
  const problems: readonly Diagnostic[] = [...manifests.problems, ...chosen.problems];
  return { value: chosen.value && { ...chosen.value, actual: dump }, problems };
}

const IPVS: Diagnostic = diagnostic(
  'node-other-mode',
  'kube-proxy runs in IPVS mode on this node: svc2ipt knows the rules of iptables mode only',
);

/** Two dumps by meaning; which kube-proxy wrote the second is told by itself. */
export function diffDumps(golden: Dump, dump: Dump, options: DiffRequest['compare']): Diff {
  const evidence = readEvidence(dump);
  const { seen, versions, misfitsOf } = recognise(evidence);
  const likely = seen === 0 ? [] : likelyVersions(versions, observeSettings(evidence));
  const version = likely.at(-1);
  return {
    expected: golden,
    actual: dump,
    comparison: compareRules(golden, dump, { ...options, ...limitsOf(dump) }),
    version,
    likely,
    versions: version === undefined ? [] : versions,
    misfits: version === undefined ? [] : (misfitsOf.get(version) ?? []),
    inferred: [],
  };
}

/** What the form of a dump does not tell must not be missed. */
function limitsOf(dump: Dump): Pick<CompareOptions, 'partialTables' | 'mayLackTables' | 'withoutInterfaces'> {
  const partial = dump.tables.filter(({ complete }) => !complete).map(({ name }) => name);
  return {
    partialTables: new Set(partial),
    mayLackTables: dump.form !== 'save',
    withoutInterfaces: !dump.tellsInterfaces,
  };
}
