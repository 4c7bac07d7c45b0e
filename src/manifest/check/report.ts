import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type Diagnostic, diagnostic, type ObjectName } from '../../diagnostics/diagnostic.ts';
import { type JsonPath, formatPath } from '../../text/json-path.ts';
import { type RawObject } from '../resource.ts';
import { moreProblems } from './messages.ts';

/**
 * After so many problems of one object the rest is only counted, in JSON too: as many as are printed as text. To look up
 * the place of each takes time, and a hostile object may hold a mistake every few bytes.
 */
const MOST_PROBLEMS = 1000;

const byPlace = ({ place: one }: Diagnostic, { place: other }: Diagnostic): number =>
  one === undefined || other === undefined ? 0 : one.line - other.line || one.column - other.column;

/** Collects the problems of one object. */
export class Report {
  readonly #object: RawObject;
  readonly #subject: ObjectName | undefined;
  readonly #problems: Diagnostic[] = [];
  #left = 0;
  #leftErrors = 0;
  #errors = 0;

  constructor(object: RawObject, subject?: ObjectName) {
    this.#object = object;
    this.#subject = subject;
  }

  /**
   * Notes a mistake that the API server refuses. `path` is printed as the API server writes it; `at` is the value to
   * point to where that differs.
   */
  error(path: JsonPath, message: string, at: JsonPath = path, code: DiagnosticCode = 'api-invalid'): void {
    this.#errors += 1;
    this.#add('error', () => this.#problem('error', path, message, at, code));
  }

  /** Notes what is likely a mistake but does no harm. */
  warning(path: JsonPath, message: string, at: JsonPath, code: DiagnosticCode): void {
    this.#add('warning', () => this.#problem('warning', path, message, at, code));
  }

  /** Warns of what many objects of an input may share; a summary of the whole input stands for it. */
  detail(path: JsonPath, message: string, code: DiagnosticCode, at: JsonPath = path): void {
    this.#add('warning', () => ({ ...this.#problem('warning', path, message, at, code), detail: true }));
  }

  /** How many errors there are so far. */
  get errorCount(): number {
    return this.#errors;
  }

  /** What was found, as it stands in the source; a last line counts what went beyond the limit. */
  get problems(): readonly Diagnostic[] {
    const problems = [...this.#problems].sort(byPlace);
    if (this.#left > 0) {
      const severity = this.#leftErrors > 0 ? 'error' : 'warning';
      problems.push(this.#problem(severity, [], moreProblems(this.#left), [], 'more-problems'));
    }
    return problems;
  }

  /** Takes a function, for the place of a problem that is only counted need not be looked up. */
  #add(severity: Diagnostic['severity'], problem: () => Diagnostic): void {
    if (this.#problems.length < MOST_PROBLEMS) {
      this.#problems.push(problem());
      return;
    }
    this.#left += 1;
    if (severity === 'error') this.#leftErrors += 1;
  }

  #problem(
    severity: Diagnostic['severity'],
    path: JsonPath,
    message: string,
    at: JsonPath,
    code: DiagnosticCode,
  ): Diagnostic {
    const place = this.#object.locate(at);
    return diagnostic(code, message, { severity, place, subject: this.#subject, path: formatPath(path) });
  }
}
