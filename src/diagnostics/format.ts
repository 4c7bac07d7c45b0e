import { printable } from '../text/printable.ts';
import { type Place } from '../text/source.ts';
import { type Severity } from './codes.ts';
import { type Diagnostic, type ObjectName } from './diagnostic.ts';

/** Stands where the place would be in what concerns no place. */
const PROGRAM = 'svc2ipt';

/** `Kind namespace/name`, without a namespace for kinds that have none. */
export const formatSubject = ({ kind, namespace, name }: ObjectName): string =>
  [kind, namespace === '' ? name : `${namespace}/${name}`].filter((part) => part !== '').join(' ');

/** `FILE:LINE:COL` */
export const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/**
 * `FILE:LINE:COL: error: Kind namespace/name: json.path: what is wrong [code]`, always one line, as editors and
 * terminals know it from compilers. `svc2ipt` stands for the place where there is none.
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

/** A diagnostic as other programs read it: each has all fields. */
export interface DiagnosticFields {
  readonly code: string;
  readonly severity: Severity;
  /** Null, as are line and column, for what concerns no place. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Empty, as are namespace, name and path, for what concerns none. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** The fields of a diagnostic in JSON, the same in every command. */
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
  line: place?.line ?? null,
  column: place?.column ?? null,
  kind: subject?.kind ?? '',
  namespace: subject?.namespace ?? '',
  name: subject?.name ?? '',
  path,
  message,
});
