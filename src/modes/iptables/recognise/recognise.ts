import { featuresFor } from '../../../dialect/features.ts';
import { type Feature, HISTORY } from '../../../dialect/history.ts';
import { type Row } from '../../../dialect/rows.ts';
import { rankOf, type Version, VERSIONS } from '../../../dialect/version.ts';
import { isKubelets } from '../rules/chain-roles.ts';
import { type Evidence } from './evidence.ts';
import { observeFeatures, type Seen } from './observe-features.ts';
import { type ObservedSettings } from '../../mode.ts';

/** Which kube-proxy may have written a dump. */
export interface Recognition {
  /** The versions that fit best, oldest first. */
  readonly versions: readonly Version[];
  /** Features of the dump that a version does not have as it shows them, by version. */
  readonly misfitsOf: ReadonlyMap<Version, readonly Feature[]>;
  /** Versions that fit nearly as well, those above included; none where nothing was seen. */
  readonly near: readonly Version[];
  /** How many features were seen at all. */
  readonly seen: number;
}

/** The most additional features that may be wrong because somebody changed the rules. */
const NEAR = 2;

/** The versions whose dialect agrees with what shows in the dump, or with most of it. */
export function recognise(evidence: Evidence): Recognition {
  const observed = isWritten(evidence)
    ? (Object.entries(observeFeatures(evidence)) as [Feature, Seen<unknown>][])
    : [];
  const scored = VERSIONS.map((version) => ({
    version,
    misfits: observed.flatMap(([feature, seen]) => (agrees(feature, version, seen) ? [] : [feature])),
  }));
  const fewest = scored.reduce((least, { misfits }) => Math.min(least, misfits.length), Infinity);
  const best = scored.filter(({ misfits }) => misfits.length === fewest);
  return {
    versions: best.map(({ version }) => version),
    near: scored
      .filter(({ misfits }) => observed.length > 0 && misfits.length <= fewest + NEAR)
      .map(({ version }) => version),
    misfitsOf: new Map(scored.map(({ version, misfits }) => [version, misfits])),
    seen: observed.length,
  };
}

/** Whether the dump holds anything of kube-proxy's at all: in an empty one, absence tells nothing. */
const isWritten = ({ rules, hasChain }: Evidence): boolean =>
  hasChain('nat', 'KUBE-SERVICES') ||
  hasChain('filter', 'KUBE-SERVICES') ||
  rules.some(({ chain, role }) => role !== 'foreign' && role !== 'built-in' && !isKubelets(chain));

/**
 * Returns true when a version agrees with what was seen. A feature that depends on a feature gate may have
 * either value.
 */
const agrees = (feature: Feature, version: Version, { oneOf }: Seen<unknown>): boolean =>
  valuesWithin(feature, version).some((value) => typeof value === 'object' || oneOf.includes(value));

/** What the patch releases of a minor had: its own value, and another where a patch release brought or took it. */
function valuesWithin(feature: Feature, version: Version): readonly unknown[] {
  const history: readonly Row<unknown>[] = HISTORY[feature];
  const rank = rankOf(version);
  const at = history.findLastIndex(({ since }) => rankOf(since) <= rank);
  const byPatch = history.filter(
    ({ patches }) => patches?.some((patch) => patch.startsWith(`${version}.`)) === true,
  );
  const before =
    history[at]?.since === version && byPatch.includes(history[at]) ? [history[at - 1]?.value] : [];
  return [history[at]?.value, ...byPatch.map(({ value }) => value), ...before];
}

/**
 * Returns the versions for which the node lacks nothing. A node of a newer version may lack nfacct counters
 * or `--random-fully`, but most nodes have them. Returns all versions when there are none.
 */
export function likelyVersions(versions: readonly Version[], observed: ObservedSettings): readonly Version[] {
  const likely = versions.filter((version) => lacking(version, observed).length === 0);
  return likely.length > 0 ? likely : versions;
}

/** What speaks against those of the versions that are not likely, in words. */
export function whyUnlikely(versions: readonly Version[], observed: ObservedSettings): readonly string[] {
  const likely = new Set(likelyVersions(versions, observed));
  const unlikely = versions.filter((version) => !likely.has(version));
  return [...new Set(unlikely.flatMap((version) => lacking(version, observed)))];
}

/** What most nodes of a version have, and this one does not. */
function lacking(version: Version, observed: ObservedSettings): readonly string[] {
  const features = featuresFor(version);
  return [
    ...(features.nfacctCounters && observed.nfacct === false ? ['no nfacct counters'] : []),
    ...(features.masqueradeRandomFully && observed.randomFully === false ? ['no --random-fully'] : []),
  ];
}

/** `1.27-1.28, 1.30`: runs of releases that follow each other are drawn together. */
export function formatVersions(versions: readonly Version[]): string {
  const runs: Version[][] = [];
  for (const version of versions) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && rankOf(last) + 1 === rankOf(version)) run.push(version);
    else runs.push([version]);
  }
  return runs.map((run) => (run.length === 1 ? run[0] : `${run[0] ?? ''}-${run.at(-1) ?? ''}`)).join(', ');
}
