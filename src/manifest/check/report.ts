import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type Diagnostic, diagnostic, type ObjectName } from '../../diagnostics/diagnostic.ts';
import { type JsonPath, formatPath } from '../../text/json-path.ts';
import { type RawObject } from '../resource.ts';
import { invalid, moreProblems, type Shown } from './messages.ts';

/**
 * The most problems that are reported for one object; the rest is only counted, also in JSON. The text output
 * has the same limit. Each place takes time to find, and a hostile object may have a mistake every few bytes.
 */
const MOST_PROBLEMS = 1000;

const NO_PROBLEMS: readonly Diagnostic[] = Object.freeze([]);

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
   * Adds an error `api-invalid`: something that the API server refuses. Messages show `path`, as the API server
   * writes it. `at` is the path of the value to which the place points, if it is another one.
   */
  error(path: JsonPath, message: string, at: JsonPath = path): void {
    this.errorWith('api-invalid', path, message, at);
  }

  /** Adds an error with a more precise code than `api-invalid`. */
  errorWith(code: DiagnosticCode, path: JsonPath, message: string, at: JsonPath = path): void {
    this.#errors += 1;
    this.#add('error', () => this.#problem('error', path, message, at, code));
  }

  /** Adds one error for each reason why `value` is invalid; none if there is no reason. */
  invalid(path: JsonPath, value: Shown, reasons: readonly string[], at: JsonPath = path): void {
    for (const why of reasons) this.error(path, invalid(value, why), at);
  }

  /** Adds a warning: a likely mistake that the API server accepts. */
  warning(code: DiagnosticCode, path: JsonPath, message: string, at: JsonPath = path): void {
    this.#add('warning', () => this.#problem('warning', path, message, at, code));
  }

  /** Adds a warning that many objects of an input may have. A summary of the whole input replaces it. */
  detail(code: DiagnosticCode, path: JsonPath, message: string, at: JsonPath = path): void {
    this.#add('warning', () => ({ ...this.#problem('warning', path, message, at, code), detail: true }));
  }

  /** How many errors there are so far. */
  get errorCount(): number {
    return this.#errors;
  }

  /** What was found, as it stands in the source; a last line counts what went beyond the limit. */
  get problems(): readonly Diagnostic[] {
    if (this.#problems.length === 0) return NO_PROBLEMS;
    const problems = [...this.#problems].sort(byPlace);
    if (this.#left > 0) {
      const severity = this.#leftErrors > 0 ? 'error' : 'warning';
      problems.push(this.#problem(severity, [], moreProblems(this.#left), [], 'more-problems'));
    }
    return problems;
  }

  /** Takes a function, because finding the place takes time: a problem that is only counted needs none. */
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
