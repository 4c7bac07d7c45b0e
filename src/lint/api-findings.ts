import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { FINDING_CODES, type FindingCode } from '../diagnostics/lint-codes.ts';
import { type Finding } from './finding.ts';

/** What the checks of the manifest say, as findings: errors are what the API server refuses. */
export const apiFindings = (problems: readonly Diagnostic[]): readonly Finding[] =>
  // What has no place sums up what has one.
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
