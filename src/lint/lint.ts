import { NEWEST, type Version } from '../dialect/version.ts';
import { checkObjects } from '../manifest/check/check-objects.ts';
import { checkWholeObjects } from '../manifest/check/check-whole-objects.ts';
import { type ClusterRanges } from '../manifest/check/ranges.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { apiFindings } from './api-findings.ts';
import { type Finding, inOrder } from './finding.ts';
import { lintInput, type ModeSwitch } from './input.ts';
import { narrow, type Wanted } from './narrow.ts';
import { type Note } from './note.ts';
import { readSources, type SkippedFile } from './read-sources.ts';
import { ALL_RULES } from './rules/all-rules.ts';

/** How lint checks manifests. */
export interface LintOptions extends Wanted {
  /** Unknown fields are errors, not warnings. */
  readonly strict: boolean;
  /** The release of the cluster that is meant; absent: the newest. */
  readonly version?: Version | undefined;
  /** What ends with mode nftables; absent: the cluster stays in another mode. */
  readonly modeSwitch?: ModeSwitch | undefined;
}

/** What lint checked, and what it found. */
export interface LintResult {
  readonly objects: number;
  /** By file, line, column and code. */
  readonly findings: readonly Finding[];
  /** Files that are no manifests. */
  readonly skipped: readonly SkippedFile[];
  /** Notes about comments and baseline entries that silence nothing. */
  readonly notes: readonly Note[];
}

/** Any address may be a cluster IP, as clusters differ; node ports are 30000 to 32767 nearly everywhere. */
const USUAL_RANGES: ClusterRanges = {
  serviceCidrs: [
    { family: 'IPv4', address: '0.0.0.0', prefix: 0 },
    { family: 'IPv6', address: '::', prefix: 0 },
  ],
  nodePorts: { from: 30000, to: 32767 },
  explicit: false,
};

/**
 * Finds everything in the manifests that the API server would refuse or that is probably a mistake. Input
 * that cannot be read is reported among the problems; lint still checks the rest. A mistake in a readable
 * object is a finding, never a problem. Files that are no manifests are skipped.
 */
export function lint(sources: readonly Source[], options: LintOptions): Outcome<LintResult> {
  const { raw, found, skipped, problems } = readSources(sources, options);
  if (raw.length === 0 && sources.length > 0 && !hasErrors(problems)) problems.push(nothingThere(sources));
  const checked = checkObjects(raw, { ...options, ranges: USUAL_RANGES });
  const input = lintInput(checked.value.resources, raw, options.version ?? NEWEST, options.modeSwitch);
  const refused = apiFindings(once([found, checked.problems, checkWholeObjects(raw, options)].flat()));
  const findings = [refused, ...ALL_RULES.map((rule) => rule(input))].flat();
  const narrowed = narrow(inOrder(findings), sources, options);
  return { value: { objects: raw.length, skipped, ...narrowed }, problems };
}

/** Removes duplicates: two checks look at pods and may refuse the same value. */
function once(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return problems.filter(({ place, path, message }) => {
    const key = JSON.stringify([place, path, message]);
    return !seen.has(key) && seen.add(key);
  });
}

const nothingThere = (sources: readonly Source[]): Diagnostic =>
  diagnostic('no-input', `${sources.map(({ name }) => name).join(', ')}: no Kubernetes object in the input`);
