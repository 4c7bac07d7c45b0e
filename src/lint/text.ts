import { type Severity } from '../diagnostics/codes.ts';
import { paintDiagnostic } from '../diagnostics/format.ts';
import { type Finding } from './finding.ts';

/** One line a finding. `paint` colours the severity. */
export const formatText = (
  findings: readonly Finding[],
  paint: (severity: Severity) => string = (severity) => severity,
): string => findings.map((finding) => `${paintDiagnostic(finding, paint)}\n`).join('');

/** `3 findings (2 errors, 1 warning) in 12 objects` */
export function summarize(findings: readonly Finding[], objects: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const parts = [count(errors, 'error'), count(findings.length - errors, 'warning')];
  const told =
    findings.length === 0 ? 'nothing found' : `${count(findings.length, 'finding')} (${parts.join(', ')})`;
  return `${told} in ${count(objects, 'object')}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
