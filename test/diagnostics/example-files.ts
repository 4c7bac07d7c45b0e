import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiagnosticCode } from '../../src/diagnostics/codes.ts';

/** Texts by the names under which the example of a code reads them. */
export type ExampleFiles = Readonly<Record<string, string | Uint8Array>>;

/** A Service, with more lines of its spec. */
const service = (spec = '', name = 'web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  clusterIP: 10.96.0.10\n  ports: [{port: 80}]\n${spec}`;

/** A Service without a cluster IP. */
const UNASSIGNED =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, clusterIP: 10.96.0.10, ports: [{port: 80}]}\n';

const TWO_PORTS =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n' +
  'spec: {type: NodePort, clusterIP: 10.96.0.10, ports: [{name: a, port: 80}, {name: b, port: 81}]}\n';

const node = (name: string): string => `---\napiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`;

const pod = (name: string, nodeName: string, podIP: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}}
spec: {nodeName: ${nodeName}, containers: [{name: main, image: web}]}
status: {phase: Running, podIP: ${podIP}, podIPs: [{ip: ${podIP}}], conditions: [{type: Ready, status: "True"}]}
`;

/** A Deployment, and a Service that selects it. */
const workload = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: web}]}}
---
${service('  selector: {app: web}\n')}`;

const configuration = (line: string): string =>
  `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${line}\n`;

/** A dump of one table with these lines. */
const dump = (...lines: readonly string[]): string =>
  [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ...lines,
    'COMMIT',
    '',
  ].join('\n');

/** A load balancer of an old release that lets all sources pass. */
const OPEN_TO_ALL = `${service('  type: LoadBalancer\n  loadBalancerSourceRanges: [0.0.0.0/0]\n').replace('{port: 80}', '{port: 80, nodePort: 30080}')}status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}\n`;

const SLICE =
  '---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n' +
  'metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nendpoints: []\nports: []\n';

/** The Service of the API server. */
const KUBERNETES = service('', 'kubernetes').replace('10.96.0.10', '10.96.0.1');

const WEB = { 'web.yaml': service() };
const IPV6_ONLY = {
  'web.yaml': service('  ipFamilies: [IPv6]\n').replace('10.96.0.10', 'fd00:10:96::a'),
};

/** What real kube-proxy wrote for one Service. */
const CAPTURED = readFileSync(
  join(
    import.meta.dirname,
    '../../fixtures/oracle/30-session-affinity-loadbalancer-local/expected/1.31-1.36.iptables.save',
  ),
  'utf8',
);

/** The same with a rule of somebody else's ahead of the others of a Service. */
const withOddRule = (save: string): string =>
  save.replace(/^(-A KUBE-SVC-\w+)/m, '$1 -s 203.0.113.7/32 -j DROP\n$1');

/** What the files hold that the examples name. */
export const EXAMPLE_FILES: Partial<Record<DiagnosticCode, ExampleFiles>> = {
  'file-unwritable': WEB,
  'address-unusable': WEB,
  'golden-invalid': { 'svc2ipt.yaml': 'inputs: [web.yaml]\noutputs: [{file: node.save}]\nnode: [node-1]\n' },
  'no-input': { 'empty.yaml': '' },
  'not-text': { 'web.png': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff]) },
  'input-too-large': { 'deep.json': '['.repeat(101) + ']'.repeat(101) },
  'yaml-syntax': { 'web.yaml': 'apiVersion: v1\nkind: [Service\n' },
  'yaml-unknown-tag': { 'web.yaml': service().replace('name: web', 'name: !secret web') },
  'json-syntax': { 'web.json': '{"kind" "Service"}' },
  'helm-template': { 'web.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n' },
  'not-an-object': { 'web.yaml': 'apiVersion: v1\nmetadata: {name: web}\n' },
  'cluster-unreachable': {
    'config.yaml':
      'current-context: here\nclusters: [{name: here, cluster: {server: https://127.0.0.1:1}}]\n' +
      'contexts: [{name: here, context: {cluster: here, user: me}}]\nusers: [{name: me}]\n',
  },
  'baseline-invalid': { ...WEB, 'base.yaml': 'apiVersion: svc2ipt/v1\nkind: Service\nfindings: []\n' },
  'more-problems': {
    'web.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        clusterIP: '10.96.0.10',
        ports: [{ port: 80 }],
        ...Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`unknownField${index}`, 1])),
      },
    }),
  },
  'config-invalid': { ...WEB, 'kube-proxy.yaml': configuration('mode: iptable') },
  'config-unknown-field': {
    ...WEB,
    'kube-proxy.yaml': configuration('mode: iptables\nclusterCidr: 10.244.0.0/16'),
  },
  'config-ignored-field': {
    ...WEB,
    'kube-proxy.yaml': configuration('detectLocal: {bridgeInterface: cni0}'),
  },
  'flag-invalid': WEB,
  'flag-unknown': WEB,
  'feature-gate-invalid': WEB,
  'mode-unsupported': WEB,
  'node-address-missing': WEB,
  'mode-needs-gate': WEB,
  'mode-unset': { ...WEB, 'kube-proxy.yaml': configuration('mode: ""') },
  'rules-unknown': WEB,
  'setting-without-effect': WEB,
  'nft-refuses': WEB,
  'iptables-refuses': { 'web.yaml': OPEN_TO_ALL.replace('0.0.0.0/0', '192.0.2.0/24') },
  'ipset-refuses': { 'web.yaml': OPEN_TO_ALL },
  'node-unknown': { 'cluster.yaml': service() + node('node-1') },
  'family-not-served': IPV6_ONLY,
  'stand-in': { 'web.yaml': UNASSIGNED },
  'value-missing': { 'web.yaml': UNASSIGNED },
  'pool-exhausted': { 'web.yaml': TWO_PORTS },
  'pool-missing': {
    'web.yaml': `${workload(1)}  ipFamilies: [IPv6]\n`.replace('10.96.0.10', 'fd00:10:96::a'),
  },
  'pin-displaced': {
    'web.yaml': `${service().replace('10.96.0.10', '10.96.0.7')}---\n${service('', 'api').replace('  clusterIP: 10.96.0.10\n', '')}`,
    'assigned.yaml':
      'apiVersion: svc2ipt/v1\nkind: Assignments\nclusterIPs:\n  default/api IPv4: "10.96.0.7"\n',
  },
  'assignments-invalid': { ...WEB, 'assigned.yaml': 'apiVersion: svc2ipt/v1\nkind: Service\n' },
  'pods-left-out': {
    'web.yaml': `${service('  selector: {app: web}\n')}---\n${pod('web-1', 'gone', '10.244.1.5')}---\n${pod('web-2', 'node-1', '10.244.1.6')}${node('node-1')}${node('node-2')}`,
  },
  'too-many-pods': { 'web.yaml': workload(2000000) },
  'dump-unknown-form': { 'empty.save': '' },
  'dump-syntax': { 'node.save': dump('-A INPUT -j') },
  'dump-structure': { 'node.save': dump('-A WEB -j ACCEPT') },
  'dump-truncated': { 'node.save': '*nat\n:PREROUTING ACCEPT [0:0]\n' },
  'dump-incomplete': { 'node.save': dump() + dump() },
  'dump-warning': {
    'node.save': `${dump()}# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n`,
  },
  'node-unnamed': {
    'cluster.yaml': service() + SLICE + node('node-1') + node('node-2'),
    'node.save': dump(':KUBE-SERVICES - [0:0]'),
  },
  'input-without-endpoints': { ...WEB, 'node.save': dump(':KUBE-SERVICES - [0:0]') },
  'node-other-mode': {
    'web.yaml': service() + SLICE,
    'node.save': dump(
      ':KUBE-SERVICES - [0:0]',
      '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
    ),
  },
  'chain-unknown': WEB,
  'service-not-served': { 'web.yaml': service().replace('10.96.0.10', 'None') },
  'graph-too-large': {
    'all.yaml': Array.from({ length: 600 }, (_, at) =>
      service('', `web-${at}`).replace('10.96.0.10', `10.96.${(at >> 8) + 1}.${at & 255}`),
    ).join('---\n'),
  },
  'record-left-out': {
    'web.yaml': `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: ${'a'.repeat(64)}.com}\n`,
  },
  'too-many-records': {
    'web.json': JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'default' },
          spec: { clusterIP: 'None' },
        },
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
          addressType: 'IPv4',
          ports: Array.from({ length: 1001 }, (_, at) => ({ name: `p${at}`, port: at + 1 })),
          endpoints: Array.from({ length: 1000 }, (_, at) => ({
            addresses: [`10.244.${at >> 8}.${at & 255}`],
          })),
        },
      ],
    }),
  },
  'variable-set-twice': {
    'web.yaml': `${KUBERNETES}---\n${service()}---\n${service('', 'web-service').replace('10.96.0.10', '10.96.0.11')}`,
  },
  'variable-unreadable': { 'web.yaml': `${KUBERNETES}---\n${service('', '1st')}` },
  'kubernetes-missing': WEB,
  'name-invalid': { ...WEB, 'names.txt': 'web\n' },
  'rule-not-explained': { 'node.save': withOddRule(CAPTURED) },
  'packet-invalid': WEB,
  'rule-not-evaluable': {
    'node.save': dump(':LOOP - [0:0]', '-A PREROUTING -j LOOP', '-A LOOP -j LOOP'),
  },
  'node-addresses-unknown': { 'node.save': dump(':KUBE-SERVICES - [0:0]') },
};
