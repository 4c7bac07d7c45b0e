import { diff as diffRequest, type Diff, diffDumps } from '../diff.ts';
import { collector } from '../diagnostics/collector.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type Version } from '../dialect/version.ts';
import { type Comparison } from '../modes/comparison.ts';
import { type CompareOptions } from '../modes/mode.ts';
import { COMPARED_MODES } from '../modes/compared-modes.ts';
import { type ModeName, type DumpOf, type ModelOf, type PartOf } from '../modes/modes.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { checkForms } from './check-forms.ts';
import { completeRequest, hasRanges, type NodeOptions } from './node.ts';

/** What a node printed, and what it is compared with: manifests, or another dump. */
export interface DiffOptions extends Partial<Omit<NodeOptions, 'version'>> {
  /** What the node printed: the output of `iptables-save`. */
  readonly dump: Source;
  /** A dump to compare with instead of manifests. */
  readonly golden?: Source | undefined;
  /** The minor release of kube-proxy; absent: told from the dump. */
  readonly version?: Version | 'auto' | undefined;
  /** The mode of the node; absent: iptables. */
  readonly mode?: ModeName | undefined;
  readonly compare?: CompareOptions | undefined;
}

/** How a node differs from what it should hold. */
export interface DiffResult<Name extends ModeName = ModeName> {
  readonly mode: Name;
  readonly ipFamily: IpFamily;
  /** The release that was compared with; undefined when nothing tells. */
  readonly version: Version | undefined;
  readonly comparison: Comparison<PartOf<Name>>;
  /** What the node should hold. */
  readonly expected: ModelOf<Name>;
  /** Settings that were taken from the dump, a line each. */
  readonly inferred: readonly string[];
}

/**
 * Compares what a node holds with what it should hold. Returns undefined when the dump or the manifests cannot be read;
 * `problems` tells everything that is wrong, and warnings.
 */
export const diff = (options: DiffOptions): Outcome<DiffResult | undefined> =>
  diffInMode(options.mode ?? 'iptables', options);

function diffInMode<Name extends ModeName>(
  mode: Name,
  options: DiffOptions,
): Outcome<DiffResult<Name> | undefined> {
  const { golden, version = 'auto', compare = {} } = options;
  const misused = checkForms(options, { dump: 'source', ...(golden !== undefined && { golden: 'source' }) });
  if (misused.length > 0) return { value: undefined, problems: misused };
  const request = completeRequest({ ...options, sources: options.sources ?? [], version: given(version) });
  if (request.value === undefined) return { value: undefined, problems: request.problems };
  const { ranges, ipFamily, ...rest } = request.value;
  const { keep, problems } = collector();
  const read = (source: Source): DumpOf<Name> | undefined =>
    keep(COMPARED_MODES[mode].read(source, ipFamily));
  const dump = read(options.dump);
  if (golden !== undefined) {
    const expected = read(golden);
    if (dump === undefined || expected === undefined) return { value: undefined, problems };
    return { value: resultOf(diffDumps(mode, expected, dump, compare)), problems };
  }
  if (dump === undefined) return { value: undefined, problems };
  const explicit = hasRanges(options.cluster ?? {}) ? ranges : undefined;
  const result = keep(diffRequest({ ...rest, version, ranges: explicit, mode, dump, compare }));
  return { value: result && resultOf(result), problems };
}

const given = (version: Version | 'auto'): Version | undefined => (version === 'auto' ? undefined : version);

const resultOf = <Name extends ModeName>(found: Diff<Name>): DiffResult<Name> => ({
  mode: found.mode,
  ipFamily: found.family,
  version: found.version,
  comparison: found.comparison,
  expected: found.expected,
  inferred: found.inferred,
});
