import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES, LINT_CODES } from '../../src/diagnostics/lint-codes.ts';
import { type Finding } from '../../src/lint/finding.ts';
import { formatJson } from '../../src/lint/json.ts';
import { formatSarif } from '../../src/lint/sarif.ts';
import { formatText, summarize } from '../../src/lint/text.ts';
import { sarifSchema } from './sarif-schema.ts';

const isSarif = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(sarifSchema);

const FINDING: Finding = {
  code: 'node-port-conflict',
  severity: 'error',
  place: { file: 'deploy/web.yaml', line: 3, column: 5 },
  subject: { kind: 'Service', namespace: 'default', name: 'web' },
  path: 'spec.ports[0].nodePort',
  message: 'node port 30080/TCP is also that of Service default/api (deploy/api.yaml:7:9)',
};

const OF_NODE: Finding = {
  code: 'api-invalid',
  severity: 'error',
  place: { file: 'deploy/web.yaml', line: 9, column: 1 },
  subject: { kind: 'Node', namespace: '', name: 'node-1' },
  path: '',
  message: 'no\nline\u001b[31m break',
};

describe('text', () => {
  it('is a line a finding, whatever the input holds', () => {
    expect(formatText([FINDING, OF_NODE])).toBe(
      'deploy/web.yaml:3:5: error: Service default/web: spec.ports[0].nodePort: ' +
        'node port 30080/TCP is also that of Service default/api (deploy/api.yaml:7:9) [node-port-conflict]\n' +
        'deploy/web.yaml:9:1: error: Node node-1: no\\nline\\u001b[31m break [api-invalid]\n',
    );
  });

  it('is nothing without findings', () => {
    expect(formatText([])).toBe('');
  });

  it('is summed up in words', () => {
    const warning: Finding = { ...FINDING, severity: 'warning' };
    expect(summarize([], 1)).toBe('nothing found in 1 object');
    expect(summarize([FINDING], 2)).toBe('1 finding (1 error, 0 warnings) in 2 objects');
    expect(summarize([FINDING, warning], 0)).toBe('2 findings (1 error, 1 warning) in 0 objects');
  });
});

describe('json', () => {
  it('is an array of flat findings', () => {
    expect(formatJson([FINDING])).toBe(`[
  {
    "code": "node-port-conflict",
    "severity": "error",
    "file": "deploy/web.yaml",
    "line": 3,
    "column": 5,
    "kind": "Service",
    "namespace": "default",
    "name": "web",
    "path": "spec.ports[0].nodePort",
    "message": "node port 30080/TCP is also that of Service default/api (deploy/api.yaml:7:9)"
  }
]
`);
  });

  it('is an empty array without findings', () => {
    expect(formatJson([])).toBe('[]\n');
  });
});

describe('sarif', () => {
  const results = (findings: readonly Finding[]): unknown => {
    const log = JSON.parse(formatSarif(findings, '/repo')) as { runs: [{ results: unknown }] };
    return log.runs[0].results;
  };
  const uriOf = (file: string): unknown => {
    const [result] = results([{ ...FINDING, place: { ...FINDING.place, file } }]) as [
      { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] },
    ];
    return result.locations[0].physicalLocation.artifactLocation.uri;
  };

  it('follows the standard', () => {
    for (const findings of [[], [FINDING, OF_NODE]]) {
      isSarif(JSON.parse(formatSarif(findings, '/repo')));
      expect(isSarif.errors).toBeNull();
    }
  });

  it('knows every rule, with its severity and reason', () => {
    const log = JSON.parse(formatSarif([], '/repo')) as { runs: [{ tool: { driver: unknown } }] };
    expect(log.runs[0].tool.driver).toEqual({
      name: 'svc2ipt',
      rules: FINDING_CODES.map((code) => ({
        id: code,
        shortDescription: { text: LINT_CODES[code].meaning },
        defaultConfiguration: { level: LINT_CODES[code].severity },
      })),
    });
  });

  it('has a result a finding', () => {
    expect(results([FINDING])).toEqual([
      {
        ruleId: 'node-port-conflict',
        ruleIndex: FINDING_CODES.indexOf('node-port-conflict'),
        level: 'error',
        message: { text: `Service default/web: spec.ports[0].nodePort: ${FINDING.message}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'deploy/web.yaml' },
              region: { startLine: 3, startColumn: 5 },
            },
            logicalLocations: [{ fullyQualifiedName: 'Service default/web: spec.ports[0].nodePort' }],
          },
        ],
      },
    ]);
  });

  it.each([
    ['deploy/web.yaml', 'deploy/web.yaml'],
    ['./deploy/web.yaml', 'deploy/web.yaml'],
    ['/repo/deploy/web.yaml', 'deploy/web.yaml'],
    ['deploy/my web#1.yaml', 'deploy/my%20web%231.yaml'],
    ['<stdin>', 'stdin'],
    ['/elsewhere/web.yaml', 'file:///elsewhere/web.yaml'],
  ])('names %s relative to the working directory', (file, uri) => {
    expect(uriOf(file)).toBe(uri);
  });
});
