import { type Diff } from '../../diff.ts';
import { formatVersions } from '../../dialect/format-versions.ts';
import { type Comparison } from '../../modes/comparison.ts';
import { COMPARED_MODES } from '../../modes/compared-modes.ts';
import { type ModeName, type PartOf } from '../../modes/modes.ts';
import { jsonReport } from '../../report/json.ts';
import { checkSelection, select, wantedBy } from '../../report/select.ts';
import { NO_PAINT, type Paint, textReport } from '../../report/text.ts';
import { reviewOfDifferences } from '../../report/review.ts';
import { type Circumstances } from '../../report/summary.ts';
import { type Review } from '../../review/review.ts';
import { unifiedReport } from '../../report/unified.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { coloursFor } from '../colours.ts';
import { type ExitCode, type Io, remarksOf } from '../io.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { writeReview } from '../write-review.ts';

/** The flags of `svc2ipt diff` that decide how differences are printed. */
export interface DiffReportFlags extends ReportFlags {
  readonly table?: readonly string[];
  readonly output: 'text' | 'unified' | 'json' | 'markdown' | 'github';
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Prints the differences that the user selected. Returns the exit code: 2 when the selection names something
 * that does not exist.
 */
export async function reportDiff<Name extends ModeName>(
  result: Diff<Name>,
  flags: DiffReportFlags,
  io: Io,
): Promise<ExitCode> {
  const selection = { only: flags.only ?? [], exclude: flags.exclude ?? [] };
  const wrong = checkSelection(selection, {
    servicePorts: [
      ...result.comparison.servicePorts,
      ...result.comparison.differences.flatMap(({ service }) => service ?? []),
    ],
    services: result.services,
  });
  if (wrong.length > 0) {
    reportProblems(
      wrong.map((message) => diagnostic('usage', message)),
      io,
      flags,
    );
    return 2;
  }
  const comparison = select(withMisfits(result), selection);
  if (flags.verbose === true) remarksOf(io).write(explain(result));
  const problems = await write(result, comparison, { flags, io, isWanted: wantedBy(selection) });
  if (reportProblems(problems, io, flags)) return 2;
  return comparison.differences.length === 0 ? 0 : 1;
}

/** How the selected differences are printed. */
interface Form {
  readonly flags: DiffReportFlags;
  readonly io: Io;
  readonly isWanted: (servicePort: string | undefined) => boolean;
}

/** Prints the differences in the form asked for. Returns an error when a file cannot be written. */
async function write<Name extends ModeName>(
  result: Diff<Name>,
  comparison: Comparison<PartOf<Name>>,
  { flags, io, isWanted }: Form,
): Promise<readonly Diagnostic[]> {
  const { family } = result;
  const mode = COMPARED_MODES[result.mode];
  const print = (part: PartOf<Name>): string => mode.printPart(part, family);
  const circumstances = { ...circumstancesOf(result), verbose: flags.verbose === true };
  const versionWords = circumstances.versions;
  switch (flags.output) {
    case 'json':
      io.stdout.write(jsonReport(comparison, { ...result, family, print, versionWords }));
      return [];
    case 'unified': {
      const { expected, actual } = result;
      const hunks = mode.unified(expected, actual, comparison, { parts: flags.table, isWanted });
      io.stdout.write(unifiedReport(hunks, comparison.differences, print));
      return [];
    }
    case 'text':
      io.stdout.write(textReport(comparison, { ...circumstances, print, paint: paintFor(flags, io) }));
      return [];
    case 'markdown':
    case 'github': {
      const review = reviewOfDifferences(comparison, { ...circumstances, print, placeOf: result.placeOf });
      return writeReview(review, flags.output, flags, io);
    }
  }
}

/** The differences that the user selected, as a review. */
export function reviewOfSelected<Name extends ModeName>(
  result: Diff<Name>,
  { only = [], exclude = [] }: DiffReportFlags,
): Review {
  const comparison = select(withMisfits(result), { only, exclude });
  const mode = COMPARED_MODES[result.mode];
  return reviewOfDifferences(comparison, {
    ...circumstancesOf(result),
    print: (part) => mode.printPart(part, result.family),
    placeOf: result.placeOf,
  });
}

function circumstancesOf<Name extends ModeName>(result: Diff<Name>): Circumstances {
  return {
    versions: {
      fitting: formatVersions(result.versions),
      likely: formatVersions(result.likely),
      reasons: result.whyLikely,
    },
    unusual: result.unusual,
    tool: COMPARED_MODES[result.mode].toolOf(result.actual),
  };
}

/** Adds a note when no release writes all that the dump shows. Names the nearest releases. */
function withMisfits<Name extends ModeName>({
  comparison,
  likely,
  misfits,
}: Diff<Name>): Comparison<PartOf<Name>> {
  if (misfits.length === 0) return comparison;
  const message =
    `no kube-proxy that svc2ipt knows writes all that the dump shows; ` +
    `${formatVersions(likely)} comes nearest, but not in: ${misfits.map(inWords).join(', ')}`;
  return { ...comparison, notes: [{ kind: 'dump', message }, ...comparison.notes] };
}

/** `firewallRemark` as `firewall remark`. */
const inWords = (feature: string): string =>
  feature.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Returns the settings that were taken from the dump, for `-v`. */
function explain({ versions, inferred }: Diff): string {
  const lines = [
    ...(versions.length > 0 ? [`the dump fits kube-proxy ${formatVersions(versions)}`] : []),
    ...inferred.map((line) => `taken from the dump: ${line}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function paintFor(flags: DiffReportFlags, io: Io): Paint {
  const colours = coloursFor(io.stdout, io, flags.color);
  return colours.areOn ? { title: colours.bold, expected: colours.red, actual: colours.green } : NO_PAINT;
}
