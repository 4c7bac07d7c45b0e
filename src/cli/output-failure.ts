import { type ExitCode, type Io } from './io.ts';
import { fileProblem } from './read-inputs.ts';
import { type ReportFlags, reportProblems } from './report-problems.ts';

/** Reports that standard output takes no more, as on a full disk. Returns the exit code. */
export function reportOutputFailure(error: Error, io: Io, flags: ReportFlags): ExitCode {
  reportProblems([fileProblem('file-unwritable', 'standard output', error)], io, flags);
  return 2;
}
