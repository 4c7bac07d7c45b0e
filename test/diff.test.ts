import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../src/cluster/options.ts';
import { type Diff, diff } from '../src/diff.ts';
import { readDump } from '../src/modes/iptables/read-dump.ts';
import { printSave } from '../src/netfilter/iptables/print.ts';
import { formatDiagnostic } from '../src/diagnostics/format.ts';
import { told } from './helpers/diff-oracle.ts';
import { ORACLE, oracleSource } from './helpers/oracle.ts';
import { rulesOf } from './helpers/rules.ts';

/** The same application as it stands in git, and as a cluster completed it. */
const service = (extra: string): string => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ${extra}
  ports: [{name: http, port: 80, targetPort: 8080 NODEPORT}]`;

const IN_GIT = `${service('').replace(' NODEPORT', '')}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
`;

const inCluster = (ips: readonly string[], port = 8080): string => `${service(
  'clusterIP: 10.96.77.7',
).replace(' NODEPORT', ', nodePort: 31234')}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: ${port}}]
endpoints: [${ips.map((ip) => `{addresses: [${ip}], conditions: {ready: true}}`).join(', ')}]
`;

const REQUEST = {
  mode: 'iptables' as const,
  strict: false,
  cluster: DEFAULT_CLUSTER_OPTIONS,
  flags: { clusterCIDR: '10.244.0.0/16' },
};

function saveOf(manifests: string): string {
  const compiled = compile({
    ...REQUEST,
    sources: [{ name: 'cluster.yaml', text: manifests }],
    version: '1.30',
    ipFamily: 'IPv4',
  });
  if (compiled.value === undefined) throw new Error(compiled.problems.map(formatDiagnostic).join('\n'));
  return printSave(rulesOf(compiled.value));
}

function diffWith(manifests: string, dumpText: string): Diff<'iptables'> {
  const dump = readDump({ name: 'dump', text: dumpText }).value;
  if (dump === undefined) throw new Error('no dump');
  const sources = [{ name: 'git.yaml', text: manifests }];
  const { value, problems } = diff({ ...REQUEST, sources, version: 'auto', dump, compare: {} });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

describe('manifests from git against a node', () => {
  const THREE = ['10.244.1.5', '10.244.2.6', '10.244.3.7'];

  it('agree when all that the cluster assigned is taken from the node', () => {
    expect(told(diffWith(IN_GIT, saveOf(inCluster(THREE))).comparison)).toEqual([]);
  });

  it('tell that pods are missing', () => {
    const { differences } = diffWith(IN_GIT, saveOf(inCluster(THREE.slice(1)))).comparison;
    expect(differences.map(({ kind, service: name }) => [kind, name])).toEqual([
      ['missing-endpoint', 'shop/web:http/TCP'],
    ]);
  });

  it('tell that there are too many', () => {
    const { comparison } = diffWith(IN_GIT, saveOf(inCluster([...THREE, '10.244.4.8'])));
    expect(told(comparison)).toEqual([
      'stale-endpoint shop/web:http/TCP: endpoint 10.244.4.8:8080 is stale, but still gets 1/4 (25%) of the traffic',
    ]);
  });

  it('tell that pods are reached on another port', () => {
    const { differences } = diffWith(IN_GIT, saveOf(inCluster(THREE, 9090))).comparison;
    const kinds = differences.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'missing-endpoint').length).toBe(3);
    expect(kinds.filter((kind) => kind === 'stale-endpoint').length).toBe(3);
  });

  it('tell that a Service is missing altogether', () => {
    const other = inCluster(THREE).replaceAll('name: web', 'name: other');
    expect(
      told(diffWith(IN_GIT, saveOf(other)).comparison).map((line) => line.split(':').slice(0, 2).join(':')),
    ).toEqual(['missing-service shop/web:http/TCP', 'stale-service shop/other:http/TCP']);
  });

  it('list the rules of a missing Service from the Service to its endpoints', () => {
    const ofOther = saveOf(inCluster(THREE).replaceAll('name: web', 'name: other'));
    const [missing] = diffWith(IN_GIT, ofOther).comparison.differences;
    const kinds = missing?.expected.map(({ chain }) => chain.split('-').slice(0, 2).join('-')) ?? [];
    const inOrder = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-SVC', 'KUBE-EXT', 'KUBE-SEP'];
    expect(kinds.filter((kind, at) => kind !== kinds[at - 1])).toEqual(inOrder);
  });
});

describe('other forms of a dump', () => {
  const CASE = '19-loadbalancer-source-ranges';
  const save = readFileSync(join(ORACLE, CASE, 'expected/1.31-1.36.iptables.save'), 'utf8');
  const nat = save.slice(save.indexOf('*nat\n')).split('\n');

  /** What `iptables -t nat -S` prints. */
  const listed = [
    ...nat
      .filter((line) => /^:[A-Z]+ ACCEPT/.test(line))
      .map((line) => `-P ${line.slice(1).split(' ')[0] ?? ''} ACCEPT`),
    ...nat
      .filter((line) => line.startsWith(':KUBE-'))
      .map((line) => `-N ${line.slice(1).split(' ')[0] ?? ''}`),
    ...nat.filter((line) => line.startsWith('-A ')),
  ];

  it.each([
    ['iptables -t nat -S', listed],
    ['a few chains of it', listed.filter((line) => /^-[NA] KUBE-(SVC|FW|SEP)-/.test(line))],
  ])('%s is compared as far as it goes', (_form, lines) => {
    const dump = readDump({ name: 'dump', text: `${lines.join('\n')}\n` }).value;
    if (dump === undefined) throw new Error('no dump');
    const { value } = diff({
      ...REQUEST,
      sources: [oracleSource(CASE, 'manifests.yaml')],
      config: oracleSource(CASE, 'kube-proxy.yaml'),
      version: '1.36',
      flags: {},
      dump,
      compare: {},
    });
    expect(value && told(value.comparison)).toEqual([]);
  });
});
