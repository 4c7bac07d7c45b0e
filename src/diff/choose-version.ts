import { type Feature } from '../dialect/history.ts';
import { recordFeatures, type RecordedFeatures } from '../dialect/recorded-features.ts';
import { rankOf, type Version } from '../dialect/version.ts';
import { type Comparison } from '../modes/comparison.ts';
import { type Recognition } from '../modes/mode.ts';
import { COMPARED_MODES } from '../modes/compared-modes.ts';
import { type ModelOf, type ModeName, type PartOf } from '../modes/modes.ts';
import { type NodeProxy } from '../pipeline/pipeline.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';

/** What the node should hold according to the version that fits it best. */
export interface ChosenVersion<Name extends ModeName> {
  readonly expected: ModelOf<Name>;
  readonly comparison: Comparison<PartOf<Name>>;
  /** The version that the node was compared with. */
  readonly version: Version;
  /** The versions that most likely wrote the dump, oldest first. */
  readonly likely: readonly Version[];
  /** Why the other versions that fit are less likely, in words. */
  readonly whyLikely: readonly string[];
  /** The node that was assumed; undefined when nothing tells. */
  readonly nodeName: string | undefined;
  /** All versions that fit equally well. */
  readonly versions: readonly Version[];
  /** What of the dump these versions do not explain. */
  readonly misfits: readonly Feature[];
  /** Settings that were taken from the dump, one line each. */
  readonly inferred: readonly string[];
  /** The lines of `inferred` about settings that differ from kube-proxy's defaults. */
  readonly unusual: readonly string[];
}

/** How one version is tried. */
export interface Trial<Name extends ModeName> {
  readonly mode: Name;
  /** The settings of the version. Undefined when it would refuse to start. */
  readonly resolve: (version: Version) => Outcome<NodeProxy | undefined>;
  /** What the node should hold. */
  readonly build: (proxy: NodeProxy) => Outcome<ModelOf<Name> | undefined>;
  readonly compare: (expected: ModelOf<Name>) => Comparison<PartOf<Name>>;
}

/**
 * Compiles and compares for every version that may have written the dump, and returns the version with the
 * fewest differences. A feature that the dump contradicts counts as a difference. Returns undefined when
 * every version refuses the settings.
 */
export function chooseVersion<Name extends ModeName>(
  asked: Version | 'auto',
  recognition: Recognition,
  trial: Trial<Name>,
): Outcome<ChosenVersion<Name> | undefined> {
  const attempt = attemptOnce(trial);
  if (asked !== 'auto') return best([attempt(asked)], recognition);
  const attempts = recognition.candidates.map(attempt);
  const isExplained = attempts.some(({ result }) => result?.comparison.differences.length === 0);
  if (isExplained) return best(attempts, recognition);
  return best([...new Set([...attempts, ...recognition.near.map(attempt)])], recognition);
}

type Compared<Name extends ModeName> = Pick<ChosenVersion<Name>, 'expected' | 'comparison'>;

interface Result<Name extends ModeName>
  extends Compared<Name>, Pick<ChosenVersion<Name>, 'inferred' | 'unusual' | 'nodeName'> {}

interface Attempt<Name extends ModeName> {
  readonly version: Version;
  readonly result: Result<Name> | undefined;
  readonly problems: readonly Diagnostic[];
}

/** Tries each version. */
function attemptOnce<Name extends ModeName>(trial: Trial<Name>): (version: Version) => Attempt<Name> {
  const attempts = new Map<Version, Attempt<Name>>();
  const compareOnce = comparer(trial);
  const run = (version: Version): Attempt<Name> => {
    const proxy = trial.resolve(version);
    if (proxy.value === undefined) return { version, result: undefined, problems: proxy.problems };
    const { inferred, unusual, settings } = proxy.value;
    const { value, problems } = compareOnce(proxy.value);
    const result = value && { ...value, inferred, unusual, nodeName: settings.nodeName };
    return { version, result, problems: [...proxy.problems, ...problems] };
  };
  return (version) => {
    const attempt = attempts.get(version) ?? run(version);
    attempts.set(version, attempt);
    return attempt;
  };
}

/**
 * Builds and compares what a kube-proxy writes. It does so once for all versions with the same settings that differ in
 * nothing for which building and comparing ask: for most clusters many versions are one.
 */
function comparer<Name extends ModeName>(
  trial: Trial<Name>,
): (proxy: NodeProxy) => Outcome<Compared<Name> | undefined> {
  const known: (Pick<NodeProxy, 'settingsKey'> &
    Pick<RecordedFeatures, 'isAnsweredAlike'> & { readonly outcome: Outcome<Compared<Name> | undefined> })[] =
    [];
  const compareModel = modelComparer(trial);
  return (proxy) => {
    const { settingsKey } = proxy;
    const earlier = known.find(
      (one) => one.settingsKey === settingsKey && one.isAnsweredAlike(proxy.features),
    );
    if (earlier !== undefined) return earlier.outcome;
    const { features, isAnsweredAlike } = recordFeatures(proxy.features);
    const { value, problems } = trial.build({ ...proxy, features });
    const outcome = { value: value && compareModel(value), problems };
    known.push({ settingsKey, isAnsweredAlike, outcome });
    return outcome;
  };
}

/** Compares models, and compares equal models only once. */
function modelComparer<Name extends ModeName>({
  mode,
  compare,
}: Trial<Name>): (expected: ModelOf<Name>) => Compared<Name> {
  const compared: Compared<Name>[] = [];
  return (expected) => {
    const known = compared.find((earlier) => COMPARED_MODES[mode].isSame(earlier.expected, expected));
    if (known !== undefined) return known;
    const fresh = { expected, comparison: compare(expected) };
    compared.push(fresh);
    return fresh;
  };
}

/**
 * Chooses the attempts with the fewest differences and misfits together, then those with the fewest misfits.
 * Among the likely ones of these it takes those in which the fewest rules differ.
 */
function best<Name extends ModeName>(
  attempts: readonly Attempt<Name>[],
  { misfitsOf, likely: likelyOf, whyUnlikely }: Recognition,
): Outcome<ChosenVersion<Name> | undefined> {
  const tried = attempts
    .flatMap(({ version, result, problems }) => (result === undefined ? [] : [{ version, result, problems }]))
    .sort((a, b) => rankOf(a.version) - rankOf(b.version));
  const misfitsIn = (version: Version): readonly Feature[] => misfitsOf.get(version) ?? [];
  const fitting = fewest(
    fewest(tried, ({ version, result }) => result.comparison.differences.length + misfitsIn(version).length),
    ({ version }) => misfitsIn(version).length,
  );
  const versions = fitting.map(({ version }) => version);
  const likely = likelyOf(versions);
  const nearest = fewest(
    fitting.filter(({ version }) => likely.includes(version)),
    ({ result }) => partsIn(result.comparison),
  );
  const chosen = nearest.at(-1);
  if (chosen === undefined) return { value: undefined, problems: attempts.at(-1)?.problems ?? [] };
  const { version, result, problems } = chosen;
  const value: ChosenVersion<Name> = {
    ...result,
    version,
    likely: nearest.map((attempt) => attempt.version),
    whyLikely: [...whyUnlikely(versions), ...(nearest.length < likely.length ? ['fewer rules differ'] : [])],
    versions,
    misfits: misfitsIn(version),
  };
  return { value, problems };
}

/** Returns the items with the lowest count. */
function fewest<T>(items: readonly T[], count: (item: T) => number): readonly T[] {
  const counted = items.map((item) => ({ item, number: count(item) }));
  const least = counted.reduce((minimum, { number }) => Math.min(minimum, number), Infinity);
  return counted.filter(({ number }) => number === least).map(({ item }) => item);
}

/**
 * Counts the rules that differ. Missing chains are left out: if they counted, the oldest version would always
 * look nearest, because it has the fewest rules.
 */
const partsIn = ({ differences }: Comparison): number =>
  differences
    .filter(({ kind }) => kind !== 'missing-chain')
    .reduce((sum, { expected, actual }) => sum + expected.length + actual.length, 0);
