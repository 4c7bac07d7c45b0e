import { type JsonPath, formatPath } from '../text/problem.ts';
import { type Place } from '../text/source.ts';
import { compareText } from '../text/natural-order.ts';
import { type FindingCode, RULES } from './codes.ts';

/** One thing that somebody should look at. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** The object concerned; empty where even that is unknown. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Path within the object, as the API server writes it. */
  readonly path: string;
  /** What is wrong, and what is near it, on one line. */
  readonly message: string;
}

/** An object that findings are about. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly locate: (path: JsonPath) => Place;
}

/** A finding at the value at `path` of the subject, as severe as its code. */
export const finding = (
  code: FindingCode,
  { kind, namespace, name, locate }: Subject,
  path: JsonPath,
  message: string,
): Finding => ({
  code,
  severity: RULES[code].severity,
  place: locate(path),
  kind,
  namespace,
  name,
  path: formatPath(path),
  message,
});

/** `Kind namespace/name`, without a namespace for kinds that have none. */
export const subjectText = ({ kind, namespace, name }: Omit<Subject, 'locate'>): string =>
  [kind, namespace === '' ? name : `${namespace}/${name}`].filter((part) => part !== '').join(' ');

/** `FILE:LINE:COL` */
export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** By file, line, column and code; then by path and message, so that the order never depends on the input's. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compareText(a.code, b.code) ||
      compareText(a.path, b.path) ||
      compareText(a.message, b.message),
  );
}
