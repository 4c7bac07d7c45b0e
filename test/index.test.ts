import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as svc2ipt from '../src/index.ts';
import { canonicalOrder } from './helpers/canonical-order.ts';
import { run } from './helpers/cli.ts';
import { ORACLE, oracleSource } from './helpers/oracle.ts';

const CASE = '14-loadbalancer';
const CAPTURE = readFileSync(join(ORACLE, CASE, 'expected/1.31-1.36.iptables.save'), 'utf8');

/** The node of the captures, as the oracle's README describes it. */
const NODE = {
  sources: [oracleSource(CASE, 'manifests.yaml')],
  config: oracleSource(CASE, 'kube-proxy.yaml'),
  flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'] },
} as const;

const WEB = `\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}, {ip: 10.244.2.10}], ports: [{port: 8080}]}]
`;
const WITHOUT_ADDRESSES = `\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}
`;
const source = (text: string, name = 'web.yaml'): svc2ipt.Source => ({ name, text });

it('exports these values', () => {
  expect(Object.keys(svc2ipt).sort()).toEqual([
    'MODE_NAMES',
    'NEWEST',
    'VERSIONS',
    'compile',
    'describeDialects',
    'diff',
    'formatAssignments',
    'formatDiagnostic',
    'lint',
    'parseDump',
    'parseVersion',
    'printCompiled',
    'printDump',
    'readAssignments',
    'trace',
  ]);
});

describe('compile', () => {
  const compiled = (options: Parameters<typeof svc2ipt.compile>[0]): svc2ipt.Compiled => {
    const { value, problems } = svc2ipt.compile(options);
    if (value === undefined) throw new Error(problems.map(svc2ipt.formatDiagnostic).join('\n'));
    return value;
  };

  it('gives what kube-proxy wrote', () => {
    const text = svc2ipt.printCompiled(compiled({ ...NODE, version: '1.36' }));
    expect(canonicalOrder(text)).toBe(canonicalOrder(CAPTURE));
  });

  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'svc2ipt-library-'));
    writeFileSync(join(folder, 'web.yaml'), WITHOUT_ADDRESSES);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[options: Partial<svc2ipt.NodeOptions>, argv: readonly string[]]>([
    [{}, []],
    [{ version: '1.20', ipFamily: 'IPv6' }, ['--kube-proxy-version', '1.20', '--ip-family', 'ipv6']],
    [
      { cluster: { serviceCidrs: ['10.43.0.0/16'], podCidrs: ['10.42.0.0/16'] } },
      ['--service-cidr', '10.43.0.0/16', '--pod-cidr', '10.42.0.0/16'],
    ],
    [{ flags: { proxyMode: 'nftables' } }, ['--proxy-mode', 'nftables']],
  ])('with %j has the defaults of the command line', async (options, argv) => {
    const { stdout } = await run(['compile', '-f', join(folder, 'web.yaml'), ...argv]);
    const text = svc2ipt.printCompiled(compiled({ sources: [source(WITHOUT_ADDRESSES)], ...options }));
    expect(text).toBe(stdout);
  });

  it('tells by mode which model it gives', () => {
    const rules = compiled({ sources: [source(WEB)] });
    const tables = rules.mode === 'iptables' ? rules.model.tables.map(({ name }) => name) : [];
    expect(tables).toEqual(['mangle', 'filter', 'nat']);
  });

  it('keeps what was assigned before', () => {
    const first = compiled({ sources: [source(WITHOUT_ADDRESSES)] });
    expect(first.standIns.map(({ code }) => code)).toEqual(['stand-in', 'stand-in']);
    const kept = svc2ipt.readAssignments(source(svc2ipt.formatAssignments(first.assignments)));
    expect(kept).toEqual({ value: first.assignments, problems: [] });
    const cluster = { assignments: kept.value, requireAssigned: true };
    const second = compiled({ sources: [source(WITHOUT_ADDRESSES)], cluster });
    expect(second.standIns).toEqual([]);
    expect(svc2ipt.printCompiled(second)).toBe(svc2ipt.printCompiled(first));
  });

  it('refuses options that cannot be, all at once', () => {
    const hostile: unknown = {
      sources: [source(WEB)],
      version: '1.99',
      ipFamily: 'ipv4',
      flags: { clusterCidr: '10.244.0.0/16' },
      cluster: {
        serviceCidrs: ['10.96.0.0/12', '10.97.0.0/16'],
        podCidrs: ['pods'],
        nodePortRange: { from: 9, to: 1 },
      },
    };
    const { value, problems } = svc2ipt.compile(hostile as svc2ipt.NodeOptions);
    expect(value).toBeUndefined();
    expect(problems.map(svc2ipt.formatDiagnostic)).toEqual([
      'svc2ipt: error: version is one of 1.1 to 1.37, not "1.99" [usage]',
      'svc2ipt: error: ipFamily is IPv4 or IPv6, not "ipv4" [usage]',
      'svc2ipt: error: flags.clusterCidr is no flag of kube-proxy: is it clusterCIDR? [usage]',
      'svc2ipt: error: cluster.serviceCidrs is one network a family, such as 10.96.0.0/12, not ["10.96.0.0/12","10.97.0.0/16"] [usage]',
      'svc2ipt: error: cluster.podCidrs is one network a family, such as 10.96.0.0/12, not ["pods"] [usage]',
      'svc2ipt: error: cluster.nodePortRange is a range of ports, such as { from: 30000, to: 32767 }, not {"from":9,"to":1} [usage]',
    ]);
  });

  it('tells what is wrong with manifests and gives nothing', () => {
    const { value, problems } = svc2ipt.compile({ sources: [source(WEB.replace('port: 80,', 'port: 0,'))] });
    expect(value).toBeUndefined();
    expect(problems.map(svc2ipt.formatDiagnostic)).toEqual([
      'web.yaml:4:46: error: Service default/web: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive [api-invalid]',
    ]);
  });
});

describe('diff', () => {
  const lost = CAPTURE.replace(/^-A KUBE-SEP-.* -j DNAT .*\n/m, '');
  const told = (options: svc2ipt.DiffOptions): readonly string[] => {
    const { value, problems } = svc2ipt.diff(options);
    if (value === undefined) throw new Error(problems.map(svc2ipt.formatDiagnostic).join('\n'));
    return value.comparison.differences.map(({ kind, service }) => `${kind} ${service ?? ''}`);
  };

  it.each<[what: string, against: Partial<svc2ipt.DiffOptions>]>([
    ['manifests', NODE],
    ['manifests, for a release', { ...NODE, version: '1.36' }],
    ['another dump', { golden: source(CAPTURE, 'golden.save') }],
  ])('compares a dump with %s', (_, against) => {
    expect(told({ ...against, dump: source(CAPTURE, 'node.save') })).toEqual([]);
    expect(told({ ...against, dump: source(lost, 'node.save') })).toEqual([
      'missing-rule default/lb:https/TCP',
    ]);
  });

  it('tells the release and the family from the dump', () => {
    const { value } = svc2ipt.diff({ ...NODE, dump: source(CAPTURE, 'node.save') });
    expect(value).toMatchObject({ mode: 'iptables', ipFamily: 'IPv4', version: '1.37' });
  });

  it('gives nothing for a dump that it cannot read', () => {
    const { value, problems } = svc2ipt.diff({ ...NODE, dump: source('what?\n', 'node.save') });
    expect(value).toBeUndefined();
    expect(problems.map(({ severity, place }) => [severity, place])).toEqual([
      ['error', { file: 'node.save', line: 1, column: 1 }],
    ]);
  });
});

describe('lint', () => {
  const sources = [source(`${WEB}---\n${WEB.split('---')[0]?.replace('name: web', 'name: other') ?? ''}`)];
  const codes = (options: Partial<svc2ipt.LintOptions> = {}): readonly string[] =>
    svc2ipt.lint({ sources, ...options }).value?.findings.map(({ code }) => code) ?? [];

  it('finds what is wrong, or of it what is wanted', () => {
    expect(codes()).toContain('cluster-ip-conflict');
    expect(codes({ enable: ['cluster-ip-conflict'] })).toEqual(['cluster-ip-conflict']);
    expect(codes({ disable: ['cluster-ip-conflict'] })).not.toContain('cluster-ip-conflict');
  });

  it('refuses a release that nobody knows', () => {
    const hostile: unknown = { sources, version: '2.0' };
    const { value, problems } = svc2ipt.lint(hostile as svc2ipt.LintOptions);
    expect(value).toBeUndefined();
    expect(problems.map(({ code }) => code)).toEqual(['usage']);
  });
});

describe('trace', () => {
  const ANSWER: svc2ipt.TraceAnswer = {
    from: '203.0.113.10',
    client: 'outside',
    local: false,
    inInterface: null,
    to: '10.96.0.20:80/TCP',
    service: 'default/web cluster IP',
    outcomes: ['10.244.1.10:8080', '10.244.2.10:8080'].map((to) => ({
      verdict: 'DNAT',
      to,
      probability: '1/2',
      masquerade: true,
      path: expect.any(Array) as readonly string[],
      undecided: [],
    })),
  };
  const question = { to: 'default/web', from: 'outside' } as const;
  const flags = { clusterCIDR: '10.244.0.0/16' } as const;

  it('leads packets by manifests', () => {
    const { value, problems } = svc2ipt.trace({ ...question, sources: [source(WEB)], flags });
    expect(problems).toEqual([]);
    expect(value).toEqual([ANSWER]);
  });

  it('leads packets by a dump', () => {
    const { value } = svc2ipt.compile({ sources: [source(WEB)], flags });
    const dump = source(value === undefined ? '' : svc2ipt.printCompiled(value), 'node.save');
    expect(svc2ipt.trace({ ...question, dump }).value).toEqual([ANSWER]);
    expect(svc2ipt.trace({ ...question, dump, sources: [source(WEB)], flags }).value).toEqual([ANSWER]);
  });

  it('says why there is no answer', () => {
    const { value, problems } = svc2ipt.trace({ to: 'nowhere', sources: [source(WEB)] });
    expect(value).toBeUndefined();
    expect(problems.map(({ code }) => code)).toEqual(['packet-invalid']);
  });
});

it('tells a caller without types what is no source and no destination', () => {
  const text = 'web.yaml' as never;
  const list = 'sources must be a list of { name, text }, two texts each';
  const one = (name: string): string => `${name} must be { name, text }, two texts`;
  const good = source(WEB);
  const told = ({ value, problems }: svc2ipt.Outcome<unknown>): unknown => [
    value,
    ...problems.map(({ code, message }) => `${code}: ${message}`),
  ];
  expect(told(svc2ipt.compile({ sources: text }))).toEqual([undefined, `usage: ${list}`]);
  expect(
    told(svc2ipt.compile({ sources: [{ name: 'a', text: 1 as never }], config: null as never })),
  ).toEqual([undefined, `usage: ${list}`, `usage: ${one('config')}`]);
  expect(told(svc2ipt.lint({ sources: [null as never] }))).toEqual([undefined, `usage: ${list}`]);
  expect(told(svc2ipt.diff({ sources: [good], dump: text, golden: text }))).toEqual([
    undefined,
    `usage: ${one('dump')}`,
    `usage: ${one('golden')}`,
  ]);
  expect(told(svc2ipt.trace({ sources: [good], dump: text, to: 1 as never }))).toEqual([
    undefined,
    'usage: to must be a text',
    `usage: ${one('dump')}`,
  ]);
});

it('reads and prints dumps', () => {
  const { value, problems } = svc2ipt.parseDump(source(CAPTURE, 'node.save'), 'IPv4');
  expect(problems).toEqual([]);
  expect(value && svc2ipt.printDump(value, { counters: true, remarks: true })).toBe(CAPTURE);
});
