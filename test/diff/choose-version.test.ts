import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { type Feature } from '../../src/dialect/history.ts';
import { chooseVersion } from '../../src/diff/choose-version.ts';
import { COMPARED_MODES } from '../../src/modes/compared-modes.ts';
import { type Recognition } from '../../src/modes/mode.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type Version } from '../../src/dialect/version.ts';
import { loadManifests } from '../../src/pipeline/manifests.ts';
import { type NodeProxy, pipeline } from '../../src/pipeline/pipeline.ts';

const CANDIDATES: readonly Version[] = ['1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37'];

/** A load balancer with one endpoint in zone a and one in zone b. */
const manifests = ({ hints = '', ranges = '' }): string => `
apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {topology.kubernetes.io/zone: a}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30080}]${ranges}}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 8080}]
endpoints:
  - {addresses: [10.244.0.5], conditions: {ready: true}${hints.replace('ZONE', 'a')}}
  - {addresses: [10.244.1.5], conditions: {ready: true}${hints.replace('ZONE', 'b')}}
`;

const NO_RECOGNITION = { misfitsOf: new Map<Version, readonly Feature[]>(), near: [], whyUnlikely: () => [] };

/** Compares what 1.37 writes with the rules of all releases. Returns the chosen ones and those that were built. */
function choose(text: string): { readonly versions: readonly Version[]; readonly built: readonly Version[] } {
  const { resolve, build } = pipeline({
    manifests: loadManifests([{ name: 'm', text }], { strict: false }).value,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  const request = { ipFamily: 'IPv4' as const, flags: { hostnameOverride: 'node-1' } };
  const proxyOf = (version: Version): NodeProxy | undefined => resolve({ ...request, version }).value;
  const newest = proxyOf('1.37');
  const model = newest && build('iptables', newest).value?.model;
  const dump = readDump({ name: 'd', text: printSave(model ?? { family: 'IPv4', tables: [] }) }).value;
  if (dump === undefined) throw new Error('no dump');
  const versionOf = new Map<unknown, Version>();
  const built: Version[] = [];
  const { recognise, compare } = COMPARED_MODES.iptables;
  const recognition: Recognition = { ...recognise(dump), ...NO_RECOGNITION, candidates: CANDIDATES };
  const chosen = chooseVersion(
    'auto',
    { ...recognition, likely: (versions) => versions },
    {
      mode: 'iptables',
      resolve: (version) => {
        const outcome = resolve({ ...request, version });
        versionOf.set(outcome.value?.settings, version);
        return outcome;
      },
      build: (proxy) => {
        built.push(versionOf.get(proxy.settings) ?? '1.1');
        const { value, problems } = build('iptables', proxy);
        return { value: value?.model, problems };
      },
      compare: (expected) => compare(expected, dump, {}),
    },
  );
  return { versions: chosen.value?.versions ?? [], built };
}

describe('releases that may have written a dump', () => {
  it('are built once where they differ in nothing that the cluster asks for', () => {
    expect(choose(manifests({}))).toEqual({ versions: CANDIDATES, built: ['1.31'] });
  });

  it('are built apart where they read hints in other ways, though all find the same', () => {
    const hinted = manifests({ hints: ', hints: {forZones: [{name: ZONE}]}' });
    expect(choose(hinted)).toEqual({ versions: CANDIDATES, built: ['1.31', '1.33', '1.34'] });
  });

  it('are built apart by what they make of a range of all addresses', () => {
    const open = manifests({ ranges: ', loadBalancerSourceRanges: [0.0.0.0/0, 10.0.0.0/8]' });
    expect(choose(open)).toEqual({ versions: ['1.34', '1.35', '1.36', '1.37'], built: ['1.31', '1.34'] });
  });
});
