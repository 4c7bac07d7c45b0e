/** What asking the API server can lead to. */
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type DiagnosticCode } from '../diagnostics/codes.ts';

/** Why there is no answer that can be used. */
export interface Failure {
  readonly problem: Diagnostic;
  /** The status of HTTP, where the server answered at all. */
  readonly status?: number | undefined;
  /** Absent when asking again cannot help. */
  readonly retry?: Retry;
}

/** When to ask again. */
export interface Retry {
  /** Milliseconds that the server asks to wait; undefined when it does not say. */
  readonly after?: number | undefined;
}

/** A value, or why there is none. */
export type Answer<T> =
  | { readonly value: T; readonly failure?: undefined }
  | { readonly value?: undefined; readonly failure: Failure };

/** Makes the answer of a failure. */
export const failed = (
  code: DiagnosticCode,
  message: string,
  about: Omit<Failure, 'problem'> = {},
): { readonly failure: Failure } => ({ failure: { problem: diagnostic(code, message), ...about } });

/** What waiting and counting time need of the world. Tests have a clock of their own. */
export interface World {
  /** Waits, or returns at once when the signal ends it. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}
