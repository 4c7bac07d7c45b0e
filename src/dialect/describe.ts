import { CAPTURED } from './captures.ts';
import { gateAt } from './feature-gates.ts';
import { concernsMode, type Feature, type FeatureMode, HISTORY, modeOfFeature } from './history.ts';
import { type KnownMode, type ModeChange, modeChangesAt, modesAt } from './mode-history.ts';
import { isGated, type Row, rowAt } from './rows.ts';
import { rankOf, releaseBefore, type Version, VERSIONS } from './version.ts';

/** A difference to the release before that shows in the rules. */
export interface DialectChange {
  readonly feature: Feature;
  /** The proxy mode that alone has the feature. */
  readonly mode?: FeatureMode;
  /** One line. */
  readonly change: string;
  /** Where it was read. */
  readonly source?: string;
}

/** A patch release that changed the rules of its minor. */
export interface PatchRelease {
  readonly release: string;
  readonly feature: Feature;
  readonly change: string;
  /**
   * Whether the minor's dialect has the change: it speaks for the captured release, else for the last patch.
   */
  readonly included: boolean;
}

/** What one release changed in the rules, out of the very table that the generator uses. */
export interface DialectDescription {
  readonly version: Version;
  /** The release whose rules were captured from a real run; absent when they were read from source. */
  readonly captured?: string;
  /** The proxy modes that kube-proxy of the release starts in, and which it takes when nobody names one. */
  readonly modes: readonly KnownMode[];
  /** What changed about modes and defaults themselves. */
  readonly modeChanges: readonly ModeChange[];
  readonly changes: readonly DialectChange[];
  readonly patchReleases: readonly PatchRelease[];
}

/** Every dialect, oldest first. With a mode: those that have it, and only what concerns it. */
export function describeDialects(mode?: string): readonly DialectDescription[] {
  const features =
    mode === undefined ? FEATURES : FEATURES.filter(([feature]) => concernsMode(feature, mode));
  return VERSIONS.map((version): DialectDescription => {
    const captured = CAPTURED[version];
    return {
      version,
      ...(captured !== undefined && { captured }),
      modes: modesAt(version),
      modeChanges: modeChangesAt(version).filter((change) => isAbout(change, mode)),
      changes: features.flatMap(([feature, rows]) => changesOf(feature, rows, version)),
      patchReleases: features.flatMap(([feature, rows]) => patchesOf(feature, rows, version)),
    };
  }).filter(({ modes }) => mode === undefined || modes.some(({ name }) => name === mode));
}

/** What is about no single mode is about all. */
const isAbout = (change: ModeChange, mode: string | undefined): boolean =>
  mode === undefined || change.mode === undefined || change.mode === mode;

const FEATURES = Object.entries(HISTORY) as readonly (readonly [Feature, readonly Row<unknown>[]])[];

function changesOf(
  feature: Feature,
  rows: readonly Row<unknown>[],
  version: Version,
): readonly DialectChange[] {
  const row = rowAt(rows, version);
  if (row.since !== version) return gateDefault(feature, row, version);
  const { change, source } = row;
  if (change === undefined) return [];
  return [{ feature, ...ofMode(feature), change, ...(source !== undefined && { source }) }];
}

/** A gate that becomes on by default changes the rules, as a row does. */
function gateDefault(feature: Feature, row: Row<unknown>, version: Version): readonly DialectChange[] {
  const before = releaseBefore(version);
  if (!isGated(row.value) || before === undefined) return [];
  const { gate } = row.value;
  const turnsOn = gateAt(gate, version)?.onByDefault === true && gateAt(gate, before)?.onByDefault === false;
  if (!turnsOn) return [];
  const source = 'pkg/features/kube_features.go';
  return [{ feature, ...ofMode(feature), change: `feature gate ${gate} is on by default`, source }];
}

function ofMode(feature: Feature): Pick<DialectChange, 'mode'> {
  const mode = modeOfFeature(feature);
  return mode === undefined ? {} : { mode };
}

function patchesOf(
  feature: Feature,
  rows: readonly Row<unknown>[],
  version: Version,
): readonly PatchRelease[] {
  return rows.flatMap(({ since, change = '', patches = [] }) =>
    patches
      .filter((release) => release.startsWith(`${version}.`))
      .map((release) => ({ release, feature, change, included: rankOf(since) <= rankOf(version) })),
  );
}
