import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { FINDING_CODES, type FindingCode } from '../diagnostics/lint-codes.ts';
import { type Finding } from './finding.ts';

/** Turns the results of the manifest checks into findings. Errors are what the API server refuses. */
export const apiFindings = (problems: readonly Diagnostic[]): readonly Finding[] =>
  // A diagnostic without a place is a summary of others that have one.
  problems.flatMap((problem) =>
    problem.place === undefined ? [] : [{ ...problem, place: problem.place, code: codeOf(problem) }],
  );

const isFindingCode = (code: string): code is FindingCode =>
  (FINDING_CODES as readonly string[]).includes(code);

/** What an object has beyond the limit is counted: warnings in such number are of unknown fields. */
function codeOf({ severity, code }: Diagnostic): FindingCode {
  if (isFindingCode(code)) return code;
  return severity === 'warning' ? 'unknown-field' : 'api-invalid';
}
