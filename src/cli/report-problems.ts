import { type ChalkInstance } from 'chalk';
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Severity } from '../diagnostics/codes.ts';
import { paintDiagnostic } from '../diagnostics/format.ts';
import { coloursFor } from './colours.ts';
import { type Io } from './io.ts';

/** Options of every command that decide how much is said, and in what colours. */
export interface ReportFlags {
  readonly verbose?: boolean;
  readonly color: boolean;
}

/**
 * Prints problems to standard error, one a line, each once; details only with `-v`. True when one of them is an error.
 */
export function reportProblems(problems: readonly Diagnostic[], io: Io, flags: ReportFlags): boolean {
  const paint = coloursFor(io.stderr, io, flags.color);
  const told = problems.filter((problem) => problem.detail !== true || flags.verbose === true);
  const lines = new Set(told.map((problem) => paintDiagnostic(problem, severityPaint(paint))));
  io.stderr.write([...lines].map((line) => `${line}\n`).join(''));
  return hasErrors(problems);
}

/** Severities in colour: red and yellow, as everywhere. */
export const severityPaint =
  (paint: ChalkInstance): ((severity: Severity) => string) =>
  (severity) =>
    (severity === 'error' ? paint.red : paint.yellow)(severity);
