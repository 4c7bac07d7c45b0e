import { type Place } from './source.ts';

/** Kinds of problems that somebody treats apart from all others. */
export type ProblemCode =
  | 'unknown-field'
  | 'duplicate-object'
  | 'status-without-load-balancer'
  | 'value-out-of-range'
  | 'more-problems';

/** What a phase has to tell the user about the input. Phases return problems and go on; they never throw them. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Where in the input; absent for problems of the command line. */
  readonly place?: Place | undefined;
  /** `Kind namespace/name` of the object concerned. */
  readonly subject?: string | undefined;
  /** JSON path within the object, as the API server writes it: `spec.ports[0].port`. */
  readonly path?: string | undefined;
  /** A full sentence fragment saying what is wrong, on one line. */
  readonly message: string;
  /** Absent for problems that are like all others. */
  readonly code?: ProblemCode;
  /** One of many of its kind that another problem sums up: told only when the user asks for more. */
  readonly detail?: boolean;
}

/** A phase's result together with what it found wrong on the way. */
export interface Outcome<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** Keys and indexes from the root of an object down to one of its values. */
export type JsonPath = readonly (string | number)[];

/** `['spec', 'ports', 0, 'port']` as `spec.ports[0].port`; keys that are no plain words go in brackets. */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}

// Everything that a terminal or a log line could take for an instruction: C0, DEL, C1, line separators, bidi marks.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text from the input made fit for one line of a terminal: control characters become `\n`, `\t` or `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** `error: FILE:LINE:COL: Kind namespace/name: json.path: what is wrong`, always one line. */
export function formatProblem(problem: Problem): string {
  const { place } = problem;
  const parts: string[] = [problem.severity];
  if (place !== undefined) parts.push(`${place.file}:${place.line}:${place.column}`);
  if (problem.subject !== undefined && problem.subject !== '') parts.push(problem.subject);
  if (problem.path !== undefined && problem.path !== '') parts.push(problem.path);
  parts.push(problem.message);
  return printable(parts.join(': '));
}

/** True when at least one problem forbids going on. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
