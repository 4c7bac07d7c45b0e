import { describe, expect, it } from 'vitest';
import { slicesFromPods } from '../../src/cluster/from-pods.ts';
import { knownNodes } from '../../src/cluster/known-nodes.ts';
import { type Node, type Pod, type Service } from '../../src/manifest/types.ts';
import { load, node, outcomeText } from './load.ts';

const SERVICE = `---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: { tier: front, kubernetes.io/service-name: forged }
spec:
  clusterIP: 10.96.9.9
  SPEC
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http, appProtocol: kubernetes.io/h2c }]
`;

interface PodText {
  readonly spec?: string;
  readonly containers?: string;
  readonly status?: string;
  readonly meta?: string;
}

const pod = (name: string, ip: string, { spec, containers, status, meta }: PodText = {}): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: web${meta ?? ''} } }
spec:
  ${spec ?? 'nodeName: n1'}
  containers: ${containers ?? '[{ name: c, image: x, ports: [{ name: http, containerPort: 8080 }] }]'}
status: { podIP: ${ip}, ${status ?? 'conditions: [{ type: Ready, status: "True" }]'} }
`;

function slices(serviceSpec: string, text: string) {
  const objects = load(SERVICE.replace('SPEC', serviceSpec) + text).map(({ object }) => object);
  const service = objects.find((object): object is Service => object.kind === 'Service')!;
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
  const nodes = objects.filter((object): object is Node => object.kind === 'Node');
  return slicesFromPods(service, pods, knownNodes(nodes));
}

const endpoints = (serviceSpec: string, text: string) =>
  slices(serviceSpec, text).flatMap((slice) =>
    slice.endpoints.map((endpoint) => ({ ...endpoint, ports: slice.ports.map(({ port }) => port) })),
  );

describe('slices from Pods', () => {
  it('carry what the controller writes, and nothing that the Service could forge', () => {
    expect(
      slices('', pod('a', '10.244.1.5', { spec: 'nodeName: n1\n  hostname: h\n  subdomain: web' })),
    ).toEqual([
      {
        kind: 'EndpointSlice',
        metadata: {
          name: 'web-ipv4-0',
          namespace: 'default',
          labels: {
            tier: 'front',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          annotations: {},
        },
        addressType: 'IPv4',
        ports: [{ name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'kubernetes.io/h2c' }],
        endpoints: [
          {
            addresses: ['10.244.1.5'],
            conditions: { ready: true, serving: true, terminating: false },
            hostname: 'h',
            nodeName: 'n1',
          },
        ],
      },
    ]);
  });

  it.each([
    { subdomain: 'web', hostname: 'h' },
    { subdomain: 'other', hostname: undefined },
  ])('have a hostname only when the subdomain is the Service: $subdomain', ({ subdomain, hostname }) => {
    const text = pod('a', '10.244.1.5', { spec: `hostname: h\n  subdomain: ${subdomain}` });
    expect(endpoints('', text).map((endpoint) => endpoint.hostname)).toEqual([hostname]);
  });

  it.each([
    {
      name: 'in a sidecar',
      spec: 'initContainers: [{ name: s, image: x, restartPolicy: Always, ports: [{ name: http, containerPort: 15000 }] }]',
      port: [15000],
    },
    {
      name: 'not in an init container that ends',
      spec: 'initContainers: [{ name: s, image: x, ports: [{ name: http, containerPort: 15000 }] }]',
      port: [],
    },
  ])('find a named port $name', ({ spec, port }) => {
    const text = pod('a', '10.244.1.5', { spec, containers: '[{ name: c, image: x }]' });
    expect(endpoints('', text).map((endpoint) => endpoint.ports)).toEqual([port]);
  });

  it('look into containers before sidecars, and take the first of equal names', () => {
    const spec =
      'initContainers: [{ name: s, image: x, restartPolicy: Always, ports: [{ name: http, containerPort: 1 }] }]';
    const containers =
      '[{ name: a, image: x, ports: [{ name: http, containerPort: 2, protocol: UDP }] }, { name: b, image: x, ports: [{ name: http, containerPort: 3 }] }, { name: c, image: x, ports: [{ name: http, containerPort: 4 }] }]';
    expect(endpoints('', pod('a', '10.244.1.5', { spec, containers })).map(({ ports }) => ports)).toEqual([
      [3],
    ]);
  });

  it.each([
    { status: '', ready: [false, false] },
    { status: 'conditions: [{ type: Ready, status: Unknown }]', ready: [false, false] },
    { status: 'conditions: [{ type: ContainersReady, status: "True" }]', ready: [false, false] },
    { status: 'conditions: [{ type: Ready, status: "True" }]', ready: [true, true] },
  ])('are ready by the Ready condition alone: $status', ({ status, ready }) => {
    const [endpoint] = endpoints('', pod('a', '10.244.1.5', { status }));
    expect([endpoint?.conditions.ready, endpoint?.conditions.serving]).toEqual(ready);
  });

  it('stand in the order of their addresses, as Endpoints do', () => {
    const text = ['10.244.1.10', '10.244.1.9', '10.244.0.200']
      .map((ip, index) => pod(`p${index}`, ip))
      .join('');
    expect(endpoints('', text).map(({ addresses }) => addresses)).toEqual([
      ['10.244.0.200'],
      ['10.244.1.9'],
      ['10.244.1.10'],
    ]);
  });

  const zoned = node('n1', 'topology.kubernetes.io/zone: a') + node('n2');

  it('have the zone of the Node; the label of the Pod counts when the Node is not known', () => {
    const meta = ', topology.kubernetes.io/zone: own';
    const text = pod('a', '10.244.1.1', { meta }) + pod('b', '10.244.1.2', { meta, spec: 'nodeName: n2' });
    expect(endpoints('', text + zoned).map(({ zone }) => zone)).toEqual(['a', undefined]);
    expect(endpoints('', text).map(({ zone }) => zone)).toEqual(['own', 'own']);
  });

  it('leave out Pods without a Node only when several Nodes are known and they need not be ready', () => {
    const text =
      pod('a', '10.244.1.1') +
      pod('b', '10.244.1.2', { spec: 'nodeName: gone' }) +
      pod('c', '10.244.1.3', { spec: 'restartPolicy: Always' });
    const found = (serviceSpec: string, nodes: string): readonly string[] =>
      endpoints(serviceSpec, text + nodes).flatMap(({ addresses }) => addresses);
    const all = ['10.244.1.1', '10.244.1.2', '10.244.1.3'];
    expect(found('', '')).toEqual(all);
    expect(found('', node('n1'))).toEqual(all);
    expect(found('', zoned)).toEqual(['10.244.1.1']);
    expect(found('publishNotReadyAddresses: true', zoned)).toEqual(all);
  });

  it.each([
    { spec: 'trafficDistribution: PreferClose', hints: { forZones: ['a'] } },
    { spec: 'trafficDistribution: PreferSameZone', hints: { forZones: ['a'] } },
    { spec: 'trafficDistribution: PreferSameNode', hints: { forZones: ['a'], forNodes: ['n1'] } },
    { spec: '', hints: undefined },
  ])('give ready endpoints hints for $spec', ({ spec, hints }) => {
    const text = pod('a', '10.244.1.1') + pod('b', '10.244.1.2', { status: '' });
    expect(endpoints(spec, text + zoned).map((endpoint) => endpoint.hints)).toEqual([hints, undefined]);
  });

  it.each([
    { annotation: 'service.kubernetes.io/topology-mode: Auto', hints: undefined },
    { annotation: 'service.kubernetes.io/topology-aware-hints: auto', hints: undefined },
    { annotation: 'service.kubernetes.io/topology-mode: Disabled', hints: { forNodes: ['n2'] } },
  ])('give no hints when $annotation asks for other ones', ({ annotation, hints }) => {
    const spec = `trafficDistribution: PreferSameNode`;
    const text = pod('a', '10.244.1.1', { spec: 'nodeName: n2' }) + zoned;
    const objects = load(
      SERVICE.replace('SPEC', spec).replace('  labels:', `  annotations: { ${annotation} }\n  labels:`) +
        text,
    ).map(({ object }) => object);
    const made = slicesFromPods(
      objects.find((object): object is Service => object.kind === 'Service')!,
      objects.filter((object): object is Pod => object.kind === 'Pod'),
      knownNodes(objects.filter((object): object is Node => object.kind === 'Node')),
    );
    expect(made[0]?.endpoints[0]?.hints).toEqual(hints);
  });
});

describe('near misses', () => {
  const service = (selector: string, ports = '[{ port: 80 }]') => `---
apiVersion: v1
kind: Service
metadata: { name: s }
spec:
  clusterIP: 10.96.9.9
  selector: { ${selector} }
  ports: ${ports}
`;
  const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: web, tier: front } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec: { containers: [{ name: c, image: x, ports: [{ name: http, containerPort: 80 }, { name: dns, containerPort: 53, protocol: UDP }, { containerPort: 9 }] }] }
`;
  const warnings = (text: string): readonly string[] =>
    outcomeText(text)
      .split('\n')
      .filter((line) => line.includes(': warning: '));

  it.each([
    ['app: web', []],
    ['app: wep', ['selects no Pod or workload; Deployment default/web has app: "web", not "wep"']],
    [
      'app: web, tier: back',
      ['selects no Pod or workload; Deployment default/web has tier: "front", not "back"'],
    ],
    [
      'app: web, stage: prod, tier: x',
      [
        'selects no Pod or workload; Deployment default/web has no label stage and has tier: "front", not "x"',
      ],
    ],
    [
      'app.kubernetes.io/name: web',
      [
        'selects no Pod or workload; Deployment default/web has app: "web", but no label app.kubernetes.io/name',
      ],
    ],
    [
      'constructor: x, k8s-app: z',
      ['selects no Pod or workload; none in namespace default has a label like constructor: x, k8s-app: z'],
    ],
  ])('of selector %s', (selector, expected) => {
    expect(warnings(service(selector) + deployment)).toEqual(
      expected.map(
        (message) =>
          `test.yaml:7:13: warning: Service default/s: spec.selector: ${message} [service-selects-nothing]`,
      ),
    );
  });

  it('are not told when there is nothing that could be selected', () => {
    expect(warnings(service('app: web'))).toEqual([]);
  });

  it.each([
    ['http', 'TCP', []],
    ['dns', 'UDP', []],
    ['80', 'TCP', []],
    [
      'dns',
      'TCP',
      [
        'no container of Deployment default/web has a TCP port named "dns"; the names are http (80/TCP), dns (53/UDP)',
      ],
    ],
    [
      'web',
      'TCP',
      [
        'no container of Deployment default/web has a TCP port named "web"; the names are http (80/TCP), dns (53/UDP)',
      ],
    ],
  ])('of targetPort %s/%s', (targetPort, protocol, expected) => {
    const ports = `[{ port: 80, protocol: ${protocol}, targetPort: ${targetPort} }]`;
    expect(warnings(service('app: web', ports) + deployment)).toEqual(
      expected.map(
        (message) =>
          `test.yaml:8:50: warning: Service default/s: spec.ports[0].targetPort: ${message} [named-target-port-missing]`,
      ),
    );
  });

  it('are told of Pods that have no Node', () => {
    const text =
      SERVICE.replace('SPEC', '') +
      pod('a', '10.244.1.1') +
      pod('b', '10.244.1.2', { spec: 'nodeName: gone' }) +
      node('n1') +
      node('n2');
    expect(warnings(text)).toEqual([
      'test.yaml:10:13: warning: Service default/web: spec.selector: leaves out Pod default/b: its Node, gone, is not among those of the input [pods-left-out]',
    ]);
  });

  it('are told of each Service with the same selector, but for those that do not mind', () => {
    const second = SERVICE.replace('name: web', 'name: web2').replace('10.96.', '10.97.');
    const third = second.replace('name: web2', 'name: web3').replace('10.97.', '10.98.');
    const text =
      SERVICE.replace('SPEC', '') +
      second.replace('SPEC', 'publishNotReadyAddresses: true') +
      third.replace('SPEC', '') +
      pod('b', '10.244.1.2', { spec: 'nodeName: gone' }) +
      node('n1') +
      node('n2');
    const told = 'leaves out Pod default/b: its Node, gone, is not among those of the input [pods-left-out]';
    expect(warnings(text).map((line) => line.replace(/^.*?: warning: /, ''))).toEqual([
      `Service default/web: spec.selector: ${told}`,
      `Service default/web3: spec.selector: ${told}`,
    ]);
  });

  it('cost little in a large input', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      service(`app: none-${index}`).replace('name: s ', `name: s${index} `),
    );
    expect(warnings(many.join('') + deployment).length).toBe(2000);
  });
});
