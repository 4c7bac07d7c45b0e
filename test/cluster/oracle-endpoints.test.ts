/** What the endpoint slice controller of 1.36 made of sets of Pods, against what we make of them. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCluster } from '../../src/cluster/build.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile } from '../../src/compile.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { checkObjects } from '../../src/manifest/check/check-objects.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { type EndpointSlice } from '../../src/manifest/types.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { rulesOf } from '../helpers/rules.ts';

type Json = Record<string, unknown>;

interface GivenSlice {
  readonly addressType: string;
  readonly headless: boolean;
  readonly ports: readonly Json[];
  readonly endpoints: readonly ({ readonly pod?: string } & Json)[];
}

interface Case {
  readonly name: string;
  readonly objects: readonly Json[];
  readonly endpointSlices: readonly GivenSlice[];
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/oracle-endpoints/cases.json', import.meta.url), 'utf8'),
) as readonly Case[];

const node = (name: string, zone?: string): Json => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, ...(zone !== undefined && { labels: { 'topology.kubernetes.io/zone': zone } }) },
});
const NODES = [node('node-1', 'zone-a'), node('node-2', 'zone-b'), node('node-3')];

const source = (items: readonly Json[]) => ({
  name: 'case.json',
  text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
});

function cluster(objects: readonly Json[]) {
  const checked = checkObjects(readManifest(source(objects)).value, { strict: false });
  expect(checked.problems).toEqual([]);
  return buildCluster(checked.value.resources, DEFAULT_CLUSTER_OPTIONS);
}

/** The case's slices as the API server holds them. */
const manifestSlices = ({ endpointSlices }: Case): readonly Json[] =>
  endpointSlices.map(({ addressType, headless, ports, endpoints }, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `web-${index}`,
      namespace: 'default',
      labels: {
        'kubernetes.io/service-name': 'web',
        ...(headless && { 'service.kubernetes.io/headless': '' }),
      },
    },
    addressType,
    ports,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint, pod: undefined })),
  }));

/** Slices without their names, labels but headless, and order. */
const comparable = (slices: readonly EndpointSlice[]): readonly string[] =>
  slices
    .map(({ addressType, ports, endpoints, metadata }) =>
      JSON.stringify({
        addressType,
        headless: Object.hasOwn(metadata.labels, 'service.kubernetes.io/headless'),
        ports: ports
          .map(({ name, port, protocol, appProtocol }) =>
            JSON.stringify({ name, port, protocol, appProtocol }),
          )
          .sort(),
        endpoints: endpoints
          .map(({ addresses, conditions, hostname, nodeName, zone, hints }) =>
            JSON.stringify({
              addresses,
              conditions: {
                ready: conditions.ready,
                serving: conditions.serving,
                terminating: conditions.terminating,
              },
              hostname,
              nodeName,
              zone,
              hints: hints && { forZones: hints.forZones, forNodes: hints.forNodes },
            }),
          )
          .sort(),
      }),
    )
    .sort();

function rules(objects: readonly Json[], ipFamily: IpFamily, nodeName: string): string {
  const { value, problems } = compile({
    sources: [source([...objects, ...NODES])],
    version: '1.36',
    ipFamily,
    flags: { hostnameOverride: nodeName, clusterCIDR: '10.244.0.0/16' },
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return printSave(rulesOf(value));
}

describe('endpoints from Pods', () => {
  let met = 0;
  afterAll(() => {
    process.stdout.write(`oracle-endpoints: ${met} met / ${cases.length} tried\n`);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const own = cluster([...one.objects, ...NODES]);
    const given = cluster([
      ...one.objects.filter(({ kind }) => kind === 'Service'),
      ...manifestSlices(one),
      ...NODES,
    ]);
    expect(comparable(own.value.services[0]!.slices)).toEqual(comparable(given.value.services[0]!.slices));
    for (const family of ['IPv4', 'IPv6'] as const) {
      for (const nodeName of ['node-1', 'node-2', 'node-3', 'node-4']) {
        const services = one.objects.filter(({ kind }) => kind === 'Service');
        expect(rules(one.objects, family, nodeName)).toBe(
          rules([...services, ...manifestSlices(one)], family, nodeName),
        );
      }
    }
    met += 1;
  });
});
