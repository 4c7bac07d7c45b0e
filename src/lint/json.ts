import { diagnosticFields } from '../diagnostics/format.ts';
import { type Finding } from './finding.ts';

/** An array of findings: code, severity, file, line, column, kind, namespace, name, path, message. */
export const formatJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify(findings.map(diagnosticFields), null, 2)}\n`;
