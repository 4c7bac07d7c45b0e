import { type Diagnostic, diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { type Severity } from '../diagnostics/codes.ts';
import { diagnosticFields, formatSubject, paintDiagnostic } from '../diagnostics/format.ts';
import { type Annotation, formatAnnotation, type Workspace } from '../review/github.ts';
import { printable, printableJson } from '../text/printable.ts';
import { type Colours, coloursFor } from './colours.ts';
import { type Io, NOWHERE, remarksOf } from './io.ts';

/** The forms of `--diagnostics`. */
export const DIAGNOSTICS_FORMS = ['text', 'json', 'github'] as const;

/** One of {@link DIAGNOSTICS_FORMS}. */
export type DiagnosticsForm = (typeof DIAGNOSTICS_FORMS)[number];

/** Options of every command that decide how much is said, in what form, and in what colours. */
export interface ReportFlags {
  readonly verbose?: boolean;
  readonly color: boolean;
  readonly diagnostics?: DiagnosticsForm;
}

/**
 * The most lines to print of each severity. Each severity has its own limit, so that many warnings do not
 * hide errors.
 */
const MOST_LINES = 1000;

/**
 * Prints diagnostics to standard error, one a line, each once: as text, details only with `-v`, and a last line that
 * counts what is left out; or all of them as JSON, or as annotations of GitHub. True when one of them is an error.
 */
export function reportProblems(problems: readonly Diagnostic[], io: Io, flags: ReportFlags): boolean {
  const told = remarksOf(io) === NOWHERE ? problems.filter(isError) : problems;
  writeLines(io, linesOf(told, io, flags));
  return hasErrors(problems);
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

function linesOf(problems: readonly Diagnostic[], io: Io, flags: ReportFlags): readonly string[] {
  switch (flags.diagnostics ?? 'text') {
    case 'json':
      return problems.map((one) => printableJson(diagnosticFields(one)));
    case 'github':
      return problems
        .filter(({ detail }) => detail !== true || flags.verbose === true)
        .map((one) => formatAnnotation(annotationOf(one), workspaceOf(io)));
    case 'text':
      return textLines(problems, flags, severityPaint(coloursFor(io.stderr, io, flags.color)));
  }
}

const annotationOf = ({ severity, code, place, subject, path = '', message }: Diagnostic): Annotation => ({
  level: severity,
  title: subject === undefined ? `svc2ipt [${code}]` : `${formatSubject(subject)} [${code}]`,
  message: printable([path, message].filter((part) => part !== '').join(': ')),
  place,
});

/** The folder in which svc2ipt runs, and the checkout of the workflow that runs it. */
export const workspaceOf = ({ env }: Io): Workspace => ({
  folder: process.cwd(),
  root: env['GITHUB_WORKSPACE'] ?? process.cwd(),
});

function writeLines(io: Io, lines: readonly string[]): void {
  for (let start = 0; start < lines.length; start += MOST_LINES) {
    const some = lines.slice(start, start + MOST_LINES);
    io.stderr.write(some.map((line) => `${line}\n`).join(''));
  }
}

function textLines(
  problems: readonly Diagnostic[],
  { verbose }: ReportFlags,
  paint: (severity: Severity) => string,
): readonly string[] {
  const lines = new Set<string>();
  const told = { error: 0, warning: 0 };
  const left = { error: 0, warning: 0 };
  for (const problem of problems) {
    if (problem.detail === true && verbose !== true) continue;
    const line = told[problem.severity] < MOST_LINES ? paintDiagnostic(problem, paint) : undefined;
    if (line === undefined) left[problem.severity] += 1;
    else if (!lines.has(line)) {
      lines.add(line);
      told[problem.severity] += 1;
    }
  }
  return [...lines, ...leftOut(left).map((one) => paintDiagnostic(one, paint))];
}

/** Returns a line that counts the diagnostics which were not printed. */
function leftOut(left: Readonly<Record<Severity, number>>): readonly Diagnostic[] {
  const counts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = left[severity];
    return count === 0 ? [] : [`${count} more ${severity}${count === 1 ? '' : 's'}`];
  });
  if (counts.length === 0) return [];
  const severity = left.error > 0 ? 'error' : 'warning';
  return [diagnostic('more-problems', `${counts.join(' and ')}: --diagnostics json tells all`, { severity })];
}

/** Severities in colour: red and yellow, as everywhere. */
export const severityPaint =
  (paint: Colours): ((severity: Severity) => string) =>
  (severity) =>
    (severity === 'error' ? paint.red : paint.yellow)(severity);
