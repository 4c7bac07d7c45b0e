import { type Place } from '../text/source.ts';
import { CODES, type DiagnosticCode, type Severity } from './codes.ts';

/** What names an object of the input. */
export interface ObjectName {
  /** Empty where even that is unknown. */
  readonly kind: string;
  /** Empty for kinds without namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** One thing to tell about the input, the command line or the node. Phases return diagnostics and never throw them. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Where in the input; absent for what concerns no place, such as a flag. */
  readonly place?: Place | undefined;
  /** The object concerned. */
  readonly subject?: ObjectName | undefined;
  /** JSON path within the object, as the API server writes it: `spec.ports[0].port`. A flag keeps its dashes. */
  readonly path?: string | undefined;
  /** Says what is wrong, on one line. */
  readonly message: string;
  /** One of many that another diagnostic sums up: printed only when the user asks for more. */
  readonly detail?: boolean;
}

/** A phase's result together with what it has to tell. */
export interface Outcome<T> {
  readonly value: T;
  readonly problems: readonly Diagnostic[];
}

/** What a diagnostic is about. `severity` is given only where it differs from that of the code. */
export type About = Partial<Omit<Diagnostic, 'code' | 'message'>>;

/** Makes a diagnostic, as severe as its code unless told otherwise. */
export const diagnostic = (code: DiagnosticCode, message: string, about: About = {}): Diagnostic => ({
  code,
  severity: CODES[code].severity,
  ...about,
  message,
});

/** True when at least one diagnostic forbids going on. */
export function hasErrors(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
