/** Real packets through the rules that svc2ipt compiles: from a client, through a node, to pods. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { type Version } from '../../src/dialect/version.ts';
import { printRestore } from '../../src/modes/iptables/print-restore.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { whyNoKernel } from './namespace.ts';
import { type Answer, withNetwork } from './network.ts';
import { rulesOf } from '../helpers/rules.ts';

const service = (name: string, clusterIP: string, spec: string, status = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIP: ${clusterIP}, ports: [{port: 80, targetPort: 8080NODEPORT}], ${spec}}
${status}`;

const slice = (name: string, node = 'node-1'): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
endpoints:
  - {addresses: [10.244.1.10], nodeName: ${node}}
  - {addresses: [10.244.1.11], nodeName: ${node}}
ports: [{port: 8080}]`;

const withNodePort = (text: string, port?: number): string =>
  text.replace('NODEPORT', port === undefined ? '' : `, nodePort: ${port}`);

const balanced = (name: string): string => `status: {loadBalancer: {ingress: [{ip: ${name}}]}}`;

const MANIFESTS = [
  withNodePort(service('plain', '10.96.0.20', 'type: NodePort'), 30080),
  slice('plain'),
  withNodePort(service('sticky', '10.96.0.21', 'sessionAffinity: ClientIP')),
  slice('sticky'),
  withNodePort(service('empty', '10.96.0.22', 'type: ClusterIP')),
  withNodePort(service('local', '10.96.0.23', 'type: NodePort, externalTrafficPolicy: Local'), 30083),
  slice('local'),
  withNodePort(service('elsewhere', '10.96.0.24', 'type: NodePort, externalTrafficPolicy: Local'), 30084),
  slice('elsewhere', 'node-2'),
  withNodePort(
    service(
      'open',
      '10.96.0.25',
      'type: LoadBalancer, loadBalancerSourceRanges: [172.31.0.0/24]',
      balanced('198.51.100.1'),
    ),
    30085,
  ),
  slice('open'),
  withNodePort(
    service(
      'closed',
      '10.96.0.26',
      'type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]',
      balanced('198.51.100.2'),
    ),
    30086,
  ),
  slice('closed'),
].join('\n---');

function rules(version: Version): string {
  const { value, problems } = compile({
    sources: [{ name: 'packets.yaml', text: MANIFESTS }],
    flags: { hostnameOverride: 'node-1', clusterCIDR: '10.244.0.0/16', nodeAddresses: ['172.31.0.1'] },
    version,
    ipFamily: 'IPv4',
    strict: true,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return printRestore(rulesOf(value));
}

const PODS = ['10.244.1.10', '10.244.1.11'];
const podsOf = (answers: readonly Answer[]): readonly string[] =>
  [...new Set(answers.map((answer) => ('pod' in answer ? answer.pod : answer.error)))].toSorted();
const sourcesOf = (answers: readonly Answer[]): readonly string[] =>
  [...new Set(answers.map((answer) => ('from' in answer ? answer.from : answer.error)))].toSorted();

describe.skipIf(whyNoKernel() !== undefined)('packets go where the rules say', () => {
  it.each([
    { version: '1.36', variant: 'nft' },
    { version: '1.36', variant: 'legacy' },
    { version: '1.23', variant: 'nft' },
  ] as const)('kube-proxy $version, iptables-$variant', async ({ version, variant }) => {
    await withNetwork(({ onNode, connect }) => {
      onNode(`iptables-${variant}-restore`, ['--noflush'], rules(version));

      // Twenty connections all miss one of two pods once in half a million times.
      const plain = connect('10.96.0.20', 80, 20);
      expect(podsOf(plain)).toEqual(PODS);
      expect(sourcesOf(plain), 'from outside the cluster: masqueraded').toEqual(['10.244.1.1']);
      expect(podsOf(connect('172.31.0.1', 30080, 20)), 'by node port').toEqual(PODS);

      const first = podsOf(connect('10.96.0.21', 80, 1));
      expect(podsOf(connect('10.96.0.21', 80, 8)), 'session affinity').toEqual(first);
      expect(connect('10.96.0.22', 80, 1), 'no endpoints').toEqual([{ error: 'ECONNREFUSED' }]);

      const local = connect('172.31.0.1', 30083, 20);
      expect(podsOf(local)).toEqual(PODS);
      expect(sourcesOf(local), 'policy Local keeps the source').toEqual(['172.31.0.2']);
      expect(connect('172.31.0.1', 30084, 1), 'policy Local, no local endpoint').toEqual([
        { error: 'TIMEOUT' },
      ]);

      expect(podsOf(connect('198.51.100.1', 80, 20)), 'within the source ranges').toEqual(PODS);
      expect(connect('198.51.100.2', 80, 1), 'outside the source ranges').toEqual([{ error: 'TIMEOUT' }]);
    });
  });
});
