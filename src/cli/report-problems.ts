import { type ChalkInstance } from 'chalk';
import { formatProblem, hasErrors, type Problem } from '../text/problem.ts';
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
export function reportProblems(problems: readonly Problem[], io: Io, flags: ReportFlags): boolean {
  const paint = coloursFor(io.stderr, io, flags.color);
  const told = problems.filter((problem) => problem.detail !== true || flags.verbose === true);
  const lines = new Set(told.map((problem) => painted(formatProblem(problem), problem, paint)));
  io.stderr.write([...lines].map((line) => `${line}\n`).join(''));
  return hasErrors(problems);
}

function painted(line: string, problem: Problem, paint: ChalkInstance): string {
  const rest = line.slice(problem.severity.length);
  return (problem.severity === 'error' ? paint.red : paint.yellow)(problem.severity) + rest;
}
