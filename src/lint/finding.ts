import { type Diagnostic, diagnostic, type ObjectName } from '../diagnostics/diagnostic.ts';
import { type FindingCode } from '../diagnostics/lint-codes.ts';
import { compareText } from '../text/natural-order.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';

/** A diagnostic about an object that stands somewhere in a manifest. */
export interface Finding extends Diagnostic {
  readonly code: FindingCode;
  readonly place: Place;
}

/** An object that findings are about. */
export interface Subject extends ObjectName {
  readonly locate: (path: JsonPath) => Place;
}

/** Makes a finding at the value at `path` of the subject. Its severity is that of its code. */
export const finding = (
  code: FindingCode,
  { kind, namespace, name, locate }: Subject,
  path: JsonPath,
  message: string,
): Finding => ({
  ...diagnostic(code, message, { subject: { kind, namespace, name }, path: formatPath(path) }),
  code,
  place: locate(path),
});

/**
 * By file, line, column and code; then by path and message, so that the order never depends on the input's.
 */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compareText(a.code, b.code) ||
      compareText(a.path ?? '', b.path ?? '') ||
      compareText(a.message, b.message),
  );
}
