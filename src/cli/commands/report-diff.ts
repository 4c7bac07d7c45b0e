import { type Diff } from '../../diff.ts';
import { type Comparison } from '../../modes/iptables/compare/difference.ts';
import { formatVersions } from '../../modes/iptables/recognise/recognise.ts';
import { extentOf } from '../../modes/iptables/compare/extent.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { jsonReport } from '../../report/json.ts';
import { restrictToExtent, restrictToOwners } from '../../report/restrict.ts';
import { checkSelection, select, wantedBy } from '../../report/select.ts';
import { NO_PAINT, type Paint, textReport } from '../../report/text.ts';
import { differencesAsDiff, unifiedDiff } from '../../report/unified.ts';
import { type TableName } from '../../netfilter/iptables/model.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { coloursFor } from '../colours.ts';
import { type ExitCode, type Io } from '../io.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

/** The flags of `svc2ipt diff` that decide how differences are printed. */
export interface DiffReportFlags extends ReportFlags {
  readonly table?: readonly TableName[];
  readonly output: 'text' | 'unified' | 'json';
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Prints the differences that the user selected. Returns the exit code: 2 when the selection names something
 * that does not exist.
 */
export function reportDiff(result: Diff, dump: Dump, flags: DiffReportFlags, io: Io): ExitCode {
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
  const { family } = result;
  const versionWords = {
    fitting: formatVersions(result.versions),
    likely: formatVersions(result.likely),
    reasons: result.whyLikely,
  };
  if (flags.verbose === true) io.stderr.write(explain(result));
  switch (flags.output) {
    case 'json':
      io.stdout.write(jsonReport(comparison, { ...result, family, versionWords }));
      break;
    case 'unified':
      io.stdout.write(
        unified(result, dump, comparison, { tables: flags.table, isWanted: wantedBy(selection) }),
      );
      break;
    case 'text':
      io.stdout.write(
        textReport(comparison, {
          family,
          versions: versionWords,
          unusual: result.unusual,
          tool: toolOf(dump),
          paint: paintFor(flags, io),
          verbose: flags.verbose === true,
        }),
      );
  }
  return comparison.differences.length === 0 ? 0 : 1;
}

interface Wanted {
  readonly tables: readonly TableName[] | undefined;
  readonly isWanted: (servicePort: string | undefined) => boolean;
}

/**
 * Returns the selected part of both sides as one unified diff. It is empty only when the comparison finds no
 * difference.
 */
function unified(result: Diff, dump: Dump, comparison: Comparison, { tables, isWanted }: Wanted): string {
  const { differences } = comparison;
  if (differences.length === 0) return '';
  const known = restrictToExtent(result, extentOf(dump));
  const { expected, actual } = restrictToOwners(known, isWanted);
  const text = unifiedDiff(expected, actual, {
    ignoredChains: new Set(comparison.leftovers),
    withoutInterfaces: !dump.tellsInterfaces,
    tables,
  });
  return text === '' ? differencesAsDiff(differences, expected.family) : text;
}

/** Adds a note when no release writes all that the dump shows. Names the nearest releases. */
function withMisfits({ comparison, likely, misfits }: Diff): Comparison {
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

function toolOf(dump: Dump): string {
  const tool = dump.tables.find((table) => table.tool !== undefined)?.tool;
  return tool === undefined ? '' : `iptables ${tool.version} (${tool.backend})`;
}

function paintFor(flags: DiffReportFlags, io: Io): Paint {
  const colours = coloursFor(io.stdout, io, flags.color);
  return colours.level === 0
    ? NO_PAINT
    : { title: colours.bold, expected: colours.red, actual: colours.green };
}
