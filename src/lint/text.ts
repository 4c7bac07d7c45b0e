import { printable } from '../text/problem.ts';
import { type Finding, placeText, subjectText } from './finding.ts';

/** `FILE:LINE:COL: severity: CODE: Kind ns/name: path: message`, one line a finding. `paint` colours the severity. */
export function formatText(
  findings: readonly Finding[],
  paint: (severity: Finding['severity']) => string = (severity) => severity,
): string {
  return findings.map((finding) => `${formatLine(finding, paint)}\n`).join('');
}

function formatLine(finding: Finding, paint: (severity: Finding['severity']) => string): string {
  const { place, severity, code, path, message } = finding;
  const rest = [code, subjectText(finding), path, message].filter((part) => part !== '').join(': ');
  return `${printable(placeText(place))}: ${paint(severity)}: ${printable(rest)}`;
}

/** `3 findings (2 errors, 1 warning) in 12 objects` */
export function summarize(findings: readonly Finding[], objects: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const parts = [count(errors, 'error'), count(findings.length - errors, 'warning')];
  const told =
    findings.length === 0 ? 'nothing found' : `${count(findings.length, 'finding')} (${parts.join(', ')})`;
  return `${told} in ${count(objects, 'object')}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
