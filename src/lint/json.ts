import { diagnosticFields } from '../diagnostics/format.ts';
import { type Finding } from './finding.ts';
import { printableJson } from '../text/printable.ts';

/** An array of findings: code, severity, file, line, column, kind, namespace, name, path, message. */
export const formatJson = (findings: readonly Finding[]): string =>
  `${printableJson(findings.map(diagnosticFields), 2)}\n`;
