import { type Problem } from '../text/problem.ts';
import { type Place } from '../text/source.ts';
import { type FindingCode } from './codes.ts';
import { type Finding } from './finding.ts';

/** What the checks of the manifest say, as findings: errors are what the API server refuses. */
export const apiFindings = (problems: readonly Problem[]): readonly Finding[] =>
  // What has no place sums up what has one.
  problems.flatMap((problem) => (problem.place === undefined ? [] : [apiFinding(problem, problem.place)]));

function apiFinding(problem: Problem, place: Place): Finding {
  const { severity, subject = '', path = '', message } = problem;
  const kind = subject.split(' ', 1)[0] ?? '';
  const identity = subject.slice(kind.length + 1);
  const slash = identity.indexOf('/');
  return {
    code: codeOf(problem),
    severity,
    place,
    kind,
    namespace: slash === -1 ? '' : identity.slice(0, slash),
    name: identity.slice(slash + 1),
    path,
    message,
  };
}

function codeOf({ severity, code }: Problem): FindingCode {
  if (code !== undefined && code !== 'more-problems') return code;
  // What an object has beyond the limit is counted: warnings in such number are of unknown fields.
  return code === 'more-problems' && severity === 'warning' ? 'unknown-field' : 'api-invalid';
}
