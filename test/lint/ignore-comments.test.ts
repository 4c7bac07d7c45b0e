import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

/** A Service with a selector that misses on line 4 and an unknown field on line 7; something runs beside it. */
const service = (...lines: readonly string[]): string =>
  [
    ...lines,
    `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: x}]}}
`,
  ].join('\n');

/** What is told: `LINE CODE` of each finding, and the notes. */
function told(text: string, name = 'a.yaml'): { findings: readonly string[]; notes: readonly string[] } {
  const { value, problems } = lint([{ name, text }], { strict: false });
  expect(problems).toEqual([]);
  return {
    findings: value.findings.map(({ place, code }) => `${place.line} ${code}`),
    notes: value.notes.map(({ place, message }) => `${place.line}:${place.column}: ${message}`),
  };
}

const HEAD = ['apiVersion: v1', 'kind: Service', 'metadata: {name: s}', 'spec:'];
const MISS = '  selector: {app: gone}';
const PORTS = ['  ports:', '  - port: 80', '    targetport: 8080'];
const IGNORE = 'svc2ipt-ignore service-selects-nothing: made by hand';

describe('# svc2ipt-ignore', () => {
  it('is needed here', () => {
    expect(told(service(...HEAD, MISS, ...PORTS))).toEqual({
      findings: ['5 service-selects-nothing', '8 unknown-field'],
      notes: [],
    });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['behind the value', [...HEAD, `${MISS} # ${IGNORE}`, ...PORTS], ['8 unknown-field']],
    ['above the value', [...HEAD, `  # ${IGNORE}`, '', '  # more', MISS, ...PORTS], ['11 unknown-field']],
    [
      'above what holds it',
      [...HEAD.slice(0, 3), `# ${IGNORE}`, 'spec:', MISS, ...PORTS],
      ['9 unknown-field'],
    ],
    ['above the document', [`# ${IGNORE}`, ...HEAD, MISS, ...PORTS], ['9 unknown-field']],
    [
      'above a list that is not indented',
      [...HEAD, MISS, '  # svc2ipt-ignore unknown-field', ...PORTS],
      ['5 service-selects-nothing'],
    ],
    [
      'with several codes',
      ['# svc2ipt-ignore unknown-field, service-selects-nothing: both are known', ...HEAD, MISS, ...PORTS],
      [],
    ],
  ])('silences %s', (_, lines, findings) => {
    expect(told(service(...lines))).toEqual({ findings, notes: [] });
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      'another line',
      [...HEAD, MISS, `  # ${IGNORE}`, ...PORTS],
      ['5 service-selects-nothing', '9 unknown-field'],
      ['6:3: svc2ipt-ignore service-selects-nothing silences nothing'],
    ],
    [
      'the next document',
      [
        ...HEAD,
        '  selector: {app: web}',
        '  ports: [{port: 80}]',
        `# ${IGNORE}`,
        '---',
        ...HEAD.map((line) => line.replace('name: s', 'name: t')),
        MISS,
        ...PORTS,
      ],
      ['13 service-selects-nothing', '16 unknown-field'],
      ['7:1: svc2ipt-ignore service-selects-nothing silences nothing'],
    ],
    [
      'a code that there is not',
      [...HEAD, `${MISS} # svc2ipt-ignore service-select-nothing: no`, ...PORTS],
      ['5 service-selects-nothing', '8 unknown-field'],
      [
        '5:25: svc2ipt-ignore: there is no code "service-select-nothing", did you mean "service-selects-nothing"?',
      ],
    ],
    [
      'without a code',
      [...HEAD, `${MISS} # svc2ipt-ignore`, ...PORTS],
      ['5 service-selects-nothing', '8 unknown-field'],
      ['5:25: svc2ipt-ignore names no code, and silences nothing'],
    ],
  ])('does not silence %s', (_, lines, findings, notes) => {
    expect(told(service(...lines))).toEqual({ findings, notes });
  });

  it('does not silence an item after the one it stands at', () => {
    const ports = [
      '  ports:',
      '  # svc2ipt-ignore unknown-field',
      '  - name: a',
      '    port: 80',
      '    odd: 1',
      '  - name: b',
      '    port: 81',
      '    odd: 1',
    ];
    expect(told(service(...HEAD, ...ports))).toEqual({ findings: ['12 unknown-field'], notes: [] });
  });

  it('is text in JSON', () => {
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80 }], odd: '# svc2ipt-ignore unknown-field' },
    });
    expect(told(text, 'a.json')).toEqual({ findings: ['1 unknown-field'], notes: [] });
  });
});

describe('hostile numbers of comments', () => {
  it('take linear time', () => {
    const comments = Array.from({ length: 20_000 }, () => '# svc2ipt-ignore node-port-conflict');
    const { findings, notes } = told(service(...comments, ...HEAD, MISS, ...PORTS));
    expect(findings).toHaveLength(2);
    expect(notes).toHaveLength(20_000);
  });
});
