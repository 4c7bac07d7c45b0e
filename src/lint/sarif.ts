import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FINDING_CODES, LINT_CODES } from '../diagnostics/lint-codes.ts';
import { formatSubject } from '../diagnostics/format.ts';
import { isWithoutLine } from '../text/source.ts';
import { type Finding } from './finding.ts';
import { printableJson } from '../text/printable.ts';

/**
 * SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0): every rule with its reason, a result a finding. Files are named
 * relative to `root`, the working directory, so that a code host finds them in the repository.
 */
export function formatSarif(findings: readonly Finding[], root: string): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'svc2ipt', rules: FINDING_CODES.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, root)),
      },
    ],
  };
  return `${printableJson(log, 2)}\n`;
}

const ruleOf = (code: Finding['code']): object => ({
  id: code,
  shortDescription: { text: LINT_CODES[code].meaning },
  defaultConfiguration: { level: LINT_CODES[code].severity },
});

function resultOf(finding: Finding, root: string): object {
  const { code, severity, place, subject, path = '', message } = finding;
  const named = [subject === undefined ? '' : formatSubject(subject), path]
    .filter((part) => part !== '')
    .join(': ');
  return {
    ruleId: code,
    ruleIndex: FINDING_CODES.indexOf(code),
    level: severity,
    message: { text: [named, message].filter((part) => part !== '').join(': ') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.file, root) },
          ...(!isWithoutLine(place) && { region: { startLine: place.line, startColumn: place.column } }),
        },
        ...(named !== '' && { logicalLocations: [{ fullyQualifiedName: named }] }),
      },
    ],
  };
}

/** Relative to the root, or absolute for a file beyond it; what is no file (`<stdin>`) goes by its plain name. */
function uriOf(file: string, root: string): string {
  const plain = file.replace(/^<(\w+)>/, '$1');
  const path = isAbsolute(plain) ? relative(root, plain) : plain.replace(/^(?:\.[\\/]+)+/, '');
  if (path.startsWith('..') || isAbsolute(path)) return pathToFileURL(file).href;
  return path.split(sep).map(encodeURIComponent).join('/');
}
