import { printable } from '../text/printable.ts';
import { formatPlace, isWithoutLine } from '../text/source.ts';
import { type Severity } from './codes.ts';
import { type Diagnostic, type ObjectName } from './diagnostic.ts';

/** Printed in place of `FILE:LINE:COL` for a diagnostic without a place. */
const PROGRAM = 'svc2ipt';

/** `Kind namespace/name`, without a namespace for kinds that have none. */
export const formatSubject = ({ kind, namespace, name }: ObjectName): string =>
  [kind, namespace === '' ? name : `${namespace}/${name}`].filter((part) => part !== '').join(' ');

/**
 * Formats a diagnostic as `FILE:LINE:COL: error: Kind namespace/name: json.path: what is wrong [code]`. It is
 * always one line, in the form of compiler messages, which editors and terminals understand. Without a place
 * it starts with `svc2ipt`.
 */
export const formatDiagnostic = (one: Diagnostic): string => paintDiagnostic(one, (severity) => severity);

/** The same with the severity in colour. */
export function paintDiagnostic(
  { code, severity, place, subject, path = '', message }: Diagnostic,
  paint: (severity: Severity) => string,
): string {
  const where = place === undefined ? PROGRAM : formatPlace(place);
  const about = subject === undefined ? '' : formatSubject(subject);
  const what = [about, path, message].filter((part) => part !== '').join(': ');
  return `${printable(where)}: ${paint(severity)}: ${printable(what)} [${code}]`;
}

/** A diagnostic for other programs. Every field is always present. */
export interface DiagnosticFields {
  readonly code: string;
  readonly severity: Severity;
  /** Null for a diagnostic without a place. */
  readonly file: string | null;
  /** Null, like the column, for what stands in no file. */
  readonly line: number | null;
  readonly column: number | null;
  /** Empty, like namespace, name and path, for a diagnostic that is about no object. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** Returns the fields of a diagnostic in JSON. They are the same in every command. */
export const diagnosticFields = ({
  code,
  severity,
  place,
  subject,
  path = '',
  message,
}: Diagnostic): DiagnosticFields => ({
  code,
  severity,
  file: place?.file ?? null,
  line: place === undefined || isWithoutLine(place) ? null : place.line,
  column: place === undefined || isWithoutLine(place) ? null : place.column,
  kind: subject?.kind ?? '',
  namespace: subject?.namespace ?? '',
  name: subject?.name ?? '',
  path,
  message,
});
