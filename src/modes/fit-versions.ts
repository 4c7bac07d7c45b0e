/** Finds the releases that agree with what a dump shows, for every proxy mode. */
import { type Features } from '../dialect/features.ts';
import { type Feature, HISTORY } from '../dialect/history.ts';
import { type Row } from '../dialect/rows.ts';
import { rankOf, type Version } from '../dialect/version.ts';

/** What a dump shows of a feature: the one value that fits, or each of several. */
export interface Seen<T> {
  readonly oneOf: readonly T[];
}

/** What was seen of a dialect. */
export type ObservedFeatures = { readonly [F in Feature]?: Seen<Features[F]> };

/** Makes a {@link Seen} of the values that fit. */
export const is = <const T>(...oneOf: readonly T[]): Seen<T> => ({ oneOf });

/** Which kube-proxy may have written a dump. */
export interface Fit {
  /** The versions that fit best, oldest first. */
  readonly versions: readonly Version[];
  /** By version, the features of which the dump shows another value. */
  readonly misfitsOf: ReadonlyMap<Version, readonly Feature[]>;
  /** Versions that fit nearly as well, including the best ones; empty when nothing was seen. */
  readonly near: readonly Version[];
  /** The number of features that were seen. */
  readonly seen: number;
}

/** The most additional features that may be wrong because somebody changed the rules. */
const NEAR = 2;

/** Returns the versions that agree with all that was seen, or with most of it. */
export function fitVersions(observedFeatures: ObservedFeatures, known: readonly Version[]): Fit {
  const observed = Object.entries(observedFeatures) as [Feature, Seen<unknown>][];
  const scored = known.map((version) => ({
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
