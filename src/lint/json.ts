import { type Finding } from './finding.ts';

/** An array of findings: code, severity, file, line, column, kind, namespace, name, path, message. */
export function formatJson(findings: readonly Finding[]): string {
  const flat = findings.map(({ code, severity, place, kind, namespace, name, path, message }) => ({
    code,
    severity,
    file: place.file,
    line: place.line,
    column: place.column,
    kind,
    namespace,
    name,
    path,
    message,
  }));
  return `${JSON.stringify(flat, null, 2)}\n`;
}
