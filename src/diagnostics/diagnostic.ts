import { type Place } from '../text/source.ts';
import { CODES, type DiagnosticCode, type Severity } from './codes.ts';

/** The kind, namespace and name of an object of the input. */
export interface ObjectName {
  /** Empty when it is unknown. */
  readonly kind: string;
  /** Empty for kinds without namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * One message about the input, the command line or the node. Phases return diagnostics and never throw them.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** The place in the input; absent for a message about no place, such as a flag. */
  readonly place?: Place | undefined;
  /** The object concerned. */
  readonly subject?: ObjectName | undefined;
  /**
   * JSON path within the object, as the API server writes it: `spec.ports[0].port`. A flag keeps its dashes.
   */
  readonly path?: string | undefined;
  /** Says what is wrong, on one line. */
  readonly message: string;
  /** True when another diagnostic summarizes this one. It is then printed only with more detail. */
  readonly detail?: boolean;
}

/** A phase's result together with its diagnostics. */
export interface Outcome<T> {
  readonly value: T;
  readonly problems: readonly Diagnostic[];
}

/** What a diagnostic is about. Give `severity` only if it differs from that of the code. */
export type About = Partial<Omit<Diagnostic, 'code' | 'message'>>;

/** Makes a diagnostic. It has the severity of its code, unless `about` gives another one. */
export const diagnostic = (code: DiagnosticCode, message: string, about: About = {}): Diagnostic => ({
  code,
  severity: CODES[code].severity,
  ...about,
  message,
});

/**
 * Adds a place to a diagnostic that few users see. It is worked out when somebody asks for it, and only once: to find
 * it may take reading the text again. A copy of the diagnostic asks.
 */
export function placedLater(problem: Diagnostic, locate: () => Place): Diagnostic {
  let place: Place | undefined;
  return {
    ...problem,
    get place() {
      return (place ??= locate());
    },
  };
}

/** True when at least one diagnostic is an error. */
export function hasErrors(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
