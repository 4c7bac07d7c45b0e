/** What is read of kinds other than Service. */
import { describe, expect, it } from 'vitest';
import { checkText } from './helpers.ts';

const metadata = { namespace: 'default', labels: {}, annotations: {} };

function only(text: string) {
  const { objects, lines } = checkText(text, { strict: true });
  expect(lines).toEqual([]);
  return objects[0];
}

describe('EndpointSlice', () => {
  it('of v1', () => {
    expect(
      only(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1}
addressType: IPv4
endpoints:
  - addresses: [10.244.1.5]
    conditions: {ready: false, serving: null, terminating: true}
    hostname: web-0
    nodeName: node-1
    zone: zone-a
    hints: {forZones: [{name: zone-a}, {name: zone-b}], forNodes: [{name: node-1}]}
    targetRef: {kind: Pod, name: web-0}
  - addresses: [10.244.1.6]
    hints: null
ports:
  - {name: http, port: 8080, appProtocol: http}
  - {port: null, name: all}
  - {}
`),
    ).toEqual({
      kind: 'EndpointSlice',
      metadata: { ...metadata, name: 'web-1' },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.5'],
          conditions: { ready: false, terminating: true },
          hostname: 'web-0',
          nodeName: 'node-1',
          zone: 'zone-a',
          hints: { forZones: ['zone-a', 'zone-b'], forNodes: ['node-1'] },
        },
        { addresses: ['10.244.1.6'], conditions: {} },
      ],
      ports: [
        { name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'http' },
        { name: 'all', protocol: 'TCP' },
        { name: '', protocol: 'TCP' },
      ],
    });
  });

  it('of v1beta1, whose topology gives node and zone unless the node is named', () => {
    expect(
      only(`
apiVersion: discovery.k8s.io/v1beta1
kind: EndpointSlice
metadata: {name: web-1}
addressType: IPv4
endpoints:
  - addresses: [10.244.1.5]
    topology: {kubernetes.io/hostname: node-1, topology.kubernetes.io/zone: zone-a, topology.kubernetes.io/region: r}
  - addresses: [10.244.1.6]
    nodeName: node-2
    topology: {kubernetes.io/hostname: node-1}
`),
    ).toMatchObject({
      endpoints: [
        { addresses: ['10.244.1.5'], nodeName: 'node-1', zone: 'zone-a' },
        { addresses: ['10.244.1.6'], nodeName: 'node-2' },
      ],
      ports: [],
    });
  });
});

it('Endpoints', () => {
  expect(
    only(`
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets:
  - addresses: [{ip: 10.1.13.2, nodeName: node-1, hostname: a}, {ip: 10.1.13.3, hostname: "", nodeName: null}]
    notReadyAddresses: [{ip: "FD00::1"}]
    ports: [{port: 80, protocol: ""}]
`),
  ).toEqual({
    kind: 'Endpoints',
    metadata: { ...metadata, name: 'web' },
    subsets: [
      {
        addresses: [{ ip: '10.1.13.2', nodeName: 'node-1', hostname: 'a' }, { ip: '10.1.13.3' }],
        notReadyAddresses: [{ ip: 'FD00::1' }],
        ports: [{ name: '', protocol: 'TCP', port: 80 }],
      },
    ],
  });
});

describe('Node', () => {
  it.each([
    ['podCIDR: 10.244.1.0/24', ['10.244.1.0/24']],
    ['podCIDRs: [10.244.1.0/24, "fd00:1::/64"]', ['10.244.1.0/24', 'fd00:1::/64']],
    ['{podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24, "fd00:1::/64"]}', ['10.244.1.0/24', 'fd00:1::/64']],
    ['{podCIDR: 10.244.1.0/24, podCIDRs: [10.244.2.0/24, "fd00:1::/64"]}', ['10.244.1.0/24']],
    ['{}', []],
  ])('with %s', (spec, podCIDRs) => {
    const text = `
apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {topology.kubernetes.io/zone: zone-a}}
spec:
  ${spec}
status:
  addresses: [{type: InternalIP, address: 192.168.0.2}, {type: Hostname, address: node-1}]
  capacity: {cpu: "4"}
`;
    expect(only(text)).toEqual({
      kind: 'Node',
      metadata: {
        name: 'node-1',
        namespace: '',
        labels: { 'topology.kubernetes.io/zone': 'zone-a' },
        annotations: {},
      },
      spec: { podCIDRs },
      status: {
        addresses: [
          { type: 'InternalIP', address: '192.168.0.2' },
          { type: 'Hostname', address: 'node-1' },
        ],
      },
    });
  });
});

describe('Pod', () => {
  it('as far as endpoints are made of it', () => {
    expect(
      only(`
apiVersion: v1
kind: Pod
metadata:
  name: web-0
  deletionTimestamp: "2024-01-01T00:00:00Z"
  ownerReferences:
    - {apiVersion: v1, kind: Node, name: node-1, uid: u1}
    - {apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: u2, controller: true}
spec:
  nodeName: node-1
  nodeSelector: {disk: ssd}
  hostNetwork: true
  hostname: web-0
  subdomain: web
  restartPolicy: Always
  containers:
    - name: web
      image: nginx
      ports: [{name: http, containerPort: 80}, {containerPort: 53, protocol: UDP}]
  initContainers:
    - {name: proxy, restartPolicy: Always}
status:
  phase: Running
  podIPs: [{ip: 10.244.1.5}, {ip: "fd00::5"}]
  conditions: [{type: Ready, status: "True", lastProbeTime: null}]
`),
    ).toEqual({
      kind: 'Pod',
      metadata: {
        ...metadata,
        name: 'web-0',
        deletionTimestamp: '2024-01-01T00:00:00Z',
        controller: { kind: 'ReplicaSet', name: 'web' },
      },
      spec: {
        nodeName: 'node-1',
        nodeSelector: { disk: 'ssd' },
        hostNetwork: true,
        hostname: 'web-0',
        subdomain: 'web',
        containers: [
          {
            name: 'web',
            ports: [
              { name: 'http', containerPort: 80, protocol: 'TCP' },
              { name: '', containerPort: 53, protocol: 'UDP' },
            ],
          },
        ],
        initContainers: [{ name: 'proxy', ports: [], restartPolicy: 'Always' }],
      },
      status: {
        phase: 'Running',
        podIP: '10.244.1.5',
        podIPs: ['10.244.1.5', 'fd00::5'],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
  });

  it.each([
    ['{podIP: 10.244.1.5}', ['10.244.1.5']],
    ['{podIP: 10.244.1.5, podIPs: [{ip: 10.244.1.6}]}', ['10.244.1.5']],
    ['{}', []],
  ])('with status %s', (status, podIPs) => {
    expect(only(`{apiVersion: v1, kind: Pod, metadata: {name: web}, status: ${status}}`)).toMatchObject({
      status: { podIPs },
    });
  });
});

describe('workloads', () => {
  const template = '{metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}';
  const podTemplate = {
    labels: { app: 'web' },
    annotations: {},
    spec: {
      nodeSelector: {},
      hostNetwork: false,
      containers: [{ name: 'web', ports: [] }],
      initContainers: [],
    },
  };
  const selector = { matchLabels: { app: 'web' }, matchExpressions: [] };

  it.each([
    ['apps/v1', 'Deployment', 'replicas: 3, ', { replicas: 3 }],
    ['apps/v1', 'Deployment', '', {}],
    ['apps/v1', 'StatefulSet', 'replicas: 0, ', { replicas: 0 }],
    ['apps/v1', 'ReplicaSet', '', {}],
    ['apps/v1', 'DaemonSet', '', {}],
  ])('%s %s {%s}', (apiVersion, kind, replicas, expected) => {
    const text = `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: web}
spec: {${replicas}selector: {matchLabels: {app: web}}, template: ${template}}
`;
    expect(only(text)).toEqual({
      kind,
      metadata: { ...metadata, name: 'web' },
      spec: { ...expected, selector, template: podTemplate },
    });
  });

  it.each(['', 'selector: {app: web}, '])('v1 ReplicationController {%s}', (given) => {
    const text = `
apiVersion: v1
kind: ReplicationController
metadata: {name: web}
spec: {${given}template: ${template}}
`;
    expect(only(text)).toMatchObject({ spec: { selector, template: podTemplate } });
  });

  it('with expressions', () => {
    const text = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec: {selector: {matchExpressions: [{key: app, operator: In, values: [web]}, {key: x, operator: Exists}, {key: z, operator: DoesNotExist}, {key: app, operator: NotIn, values: [api]}]}, template: {metadata: {labels: {app: web, x: "1"}}}}
`;
    expect(only(text)).toMatchObject({
      spec: {
        selector: {
          matchLabels: {},
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web'] },
            { key: 'x', operator: 'Exists', values: [] },
            { key: 'z', operator: 'DoesNotExist', values: [] },
            { key: 'app', operator: 'NotIn', values: ['api'] },
          ],
        },
      },
    });
  });

  it.each(['v1', 'v2'])('autoscaling/%s HorizontalPodAutoscaler', (version) => {
    const text = `
apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 5}
`;
    expect(only(text)).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 5 },
    });
  });
});

describe('what the API server takes away before it checks', () => {
  it.each([
    [
      'deprecatedTopology of a slice of v1',
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1}\naddressType: IPv4\n' +
        'endpoints: [{addresses: [10.244.1.5], deprecatedTopology: {topology.kubernetes.io/zone: a, a-: b c}}]\n',
    ],
    ['the namespace of a Node', 'apiVersion: v1\nkind: Node\nmetadata: {name: node-1, namespace: default}\n'],
  ])('%s', (_name, text) => {
    const { lines, objects } = checkText(text);
    expect(lines).toEqual([]);
    expect(objects).toHaveLength(1);
  });
});

describe('how the API server shows addresses of slices', () => {
  const linesOf = (addressType: string, address: string): readonly string[] =>
    checkText(
      `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1}\naddressType: ${addressType}\n` +
        `endpoints: [{addresses: ['${address}']}]\n`,
    ).lines;

  it('an empty one with its value, but as missing among names', () => {
    const why = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    const at = 'in.yaml:5:26: error: EndpointSlice default/web-1: endpoints[0].addresses[0]';
    expect(linesOf('IPv4', '')).toEqual([`${at}: Invalid value: "": ${why} [api-invalid]`]);
    expect(linesOf('FQDN', '')).toEqual([`${at}: Required value [api-invalid]`]);
  });

  it('a name without its final dot', () => {
    expect(linesOf('FQDN', 'web.')).toEqual([
      'in.yaml:5:26: error: EndpointSlice default/web-1: endpoints[0].addresses[0]: Invalid value: "web": should be a ' +
        'domain with at least two segments separated by dots [api-invalid]',
    ]);
    expect(linesOf('FQDN', 'web.example.')).toEqual([]);
  });
});
