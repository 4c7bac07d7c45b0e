/** Defaults beyond those that the oracle shows. */
import { describe, expect, it } from 'vitest';
import { type ClusterRanges } from '../../../src/manifest/check/ranges.ts';
import { type Service } from '../../../src/manifest/types.ts';
import { parseCidr } from '../../../src/text/ip.ts';
import { checkValues, service } from './helpers.ts';

const cluster = (...cidrs: readonly string[]): ClusterRanges => ({
  serviceCidrs: cidrs.map((cidr) => parseCidr(cidr)!),
  nodePorts: { from: 30000, to: 32767 },
  explicit: true,
});

function defaulted(object: object, ranges?: ClusterRanges): Service {
  const { objects, lines } = checkValues([object], { strict: true, ranges });
  expect(lines).toEqual([]);
  return objects[0] as Service;
}

describe('a Service of one port', () => {
  it('is complete', () => {
    expect(defaulted(service({}))).toEqual({
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
      spec: {
        type: 'ClusterIP',
        clusterIPs: [],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80 }],
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        externalIPs: [],
        loadBalancerSourceRanges: [],
        publishNotReadyAddresses: false,
      },
      status: { loadBalancer: { ingress: [] } },
    });
  });

  it('reads null as absent, everywhere', () => {
    const nulls = Object.fromEntries(
      [
        'type', 'clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'selector', 'sessionAffinity', 'externalIPs',
        'sessionAffinityConfig', 'loadBalancerSourceRanges', 'externalTrafficPolicy', 'internalTrafficPolicy',
        'healthCheckNodePort', 'publishNotReadyAddresses', 'allocateLoadBalancerNodePorts', 'trafficDistribution',
      ].map((field) => [field, null]),
    ); // prettier-ignore
    const ports = [
      { name: null, protocol: null, port: 80, targetPort: null, nodePort: null, appProtocol: null },
    ];
    const object = { ...service({ ...nulls, ports }, { namespace: null, labels: null }), status: null };
    expect(defaulted(object)).toEqual(defaulted(service({})));
  });
});

describe('IP families', () => {
  it.each<[string, object, readonly string[], string]>([
    ['follow the cluster IP', { clusterIP: 'fd00:10:96::7' }, ['IPv6'], 'SingleStack'],
    [
      'are kept in their order',
      { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'PreferDualStack' },
      ['IPv6', 'IPv4'],
      'PreferDualStack',
    ],
    [
      'are completed',
      { ipFamilies: ['IPv6'], ipFamilyPolicy: 'RequireDualStack' },
      ['IPv6', 'IPv4'],
      'RequireDualStack',
    ],
    [
      'of a headless Service without selector are both',
      { clusterIP: 'None' },
      ['IPv4', 'IPv6'],
      'RequireDualStack',
    ],
    [
      'of a headless Service with selector are one',
      { clusterIP: 'None', selector: { app: 'web' } },
      ['IPv4'],
      'SingleStack',
    ],
    [
      'of a headless Service may be chosen',
      { clusterIP: 'None', ipFamilyPolicy: 'SingleStack' },
      ['IPv4'],
      'SingleStack',
    ],
  ])('%s', (_, spec, families, policy) => {
    const { ipFamilies, ipFamilyPolicy } = defaulted(service(spec)).spec;
    expect({ ipFamilies, ipFamilyPolicy }).toEqual({ ipFamilies: families, ipFamilyPolicy: policy });
  });

  it('are those of the cluster', () => {
    expect(defaulted(service({}), cluster('fd00:10:96::/112')).spec.ipFamilies).toEqual(['IPv6']);
    const preferDual = service({ ipFamilyPolicy: 'PreferDualStack' });
    expect(defaulted(preferDual, cluster('10.96.0.0/12')).spec.ipFamilies).toEqual(['IPv4']);
    expect(defaulted(preferDual, cluster('fd00:10:96::/112', '10.96.0.0/12')).spec.ipFamilies).toEqual([
      'IPv6',
      'IPv4',
    ]);
  });

  it('must be those of the cluster when it is known', () => {
    const ranges = cluster('10.96.0.0/12');
    const specs = [
      { ipFamilies: ['IPv6'] },
      { ipFamilyPolicy: 'RequireDualStack' },
      { clusterIP: 'fd00::7' },
    ];
    expect(
      checkValues(
        specs.map((spec, index) => service(spec, { name: `web-${index}` })),
        { strict: true, ranges },
      ).lines,
    ).toEqual([
      'in.json:18:11: error: Service default/web-0: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster [api-invalid]',
      `in.json:34:27: error: Service default/web-1: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services [api-invalid]`,
      'in.json:49:22: error: Service default/web-2: spec.clusterIPs: Invalid value: ["fd00::7"]: failed to allocate IP fd00::7: the provided IP (fd00::7) is not in the valid range. The range of valid IPs is 10.96.0.0/12 [api-invalid]',
    ]);
  });
});

describe('node ports', () => {
  const ports = [
    { name: 'dns-tcp', port: 53 },
    { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30053 },
    { name: 'metrics', port: 9153 },
  ];

  it('are shared by ports of one number', () => {
    const nodePorts = defaulted(service({ type: 'NodePort', ports })).spec.ports.map((port) => port.nodePort);
    expect(nodePorts).toEqual([30053, 30053, undefined]);
  });

  it('are not given out where none shall be', () => {
    const spec = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports };
    const nodePorts = defaulted(service(spec)).spec.ports.map((port) => port.nodePort);
    expect(nodePorts).toEqual([undefined, 30053, undefined]);
  });

  it('clash where the allocator finds them taken', () => {
    const clashing = [
      { name: 'a', port: 53 },
      { name: 'b', port: 80, nodePort: 30053 },
      { name: 'c', port: 53, protocol: 'UDP', nodePort: 30053 },
    ];
    expect(checkValues([service({ type: 'NodePort', ports: clashing })]).lines).toEqual([
      'in.json:20:25: error: Service default/web: spec.ports[1].nodePort: Invalid value: 30053: provided port is already allocated [api-invalid]',
    ]);
  });
});

describe('load balancer status', () => {
  it('gets its mode', () => {
    const ingress = [
      { ip: '203.0.113.5' },
      { hostname: 'lb.example.com' },
      { ip: '203.0.113.6', ipMode: 'Proxy' },
    ];
    const object = { ...service({ type: 'LoadBalancer' }), status: { loadBalancer: { ingress } } };
    expect(defaulted(object).status.loadBalancer.ingress).toEqual([
      { ip: '203.0.113.5', ipMode: 'VIP' },
      { hostname: 'lb.example.com' },
      { ip: '203.0.113.6', ipMode: 'Proxy' },
    ]);
  });
});

describe('load balancer status of another type', () => {
  it('is kept, for kube-proxy serves what the status says', () => {
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.5' }] } };
    const { objects } = checkValues([{ ...service({ clusterIP: '10.96.0.7' }), status }]);
    expect(objects).toMatchObject([{ spec: { type: 'ClusterIP' }, status }]);
  });
});

describe('ranges', () => {
  it.each([
    ['10.96.0.1', []],
    ['10.111.255.254', []],
    ['10.112.0.1', ['10.112.0.1']],
    ['10.111.255.255', ['10.111.255.255']],
    ['10.96.0.0', ['10.96.0.0']],
  ])('hold %s or not', (clusterIP, refused) => {
    const { lines } = checkValues([service({ clusterIP })], {
      strict: true,
      ranges: cluster('10.96.0.0/12'),
    });
    expect(lines).toHaveLength(refused.length);
  });

  it('that are assumed only warn', () => {
    const ranges = { ...cluster('10.96.0.0/12'), explicit: false };
    const { objects, lines } = checkValues([service({ clusterIP: '172.30.0.10' })], { strict: true, ranges });
    expect(objects).toHaveLength(1);
    expect(lines).toEqual([
      'in.json:17:22: warning: Service default/web: spec.clusterIPs: Invalid value: ["172.30.0.10"]: failed to allocate IP 172.30.0.10: the provided IP (172.30.0.10) is not in the valid range. The range of valid IPs is 10.96.0.0/12 [value-out-of-range]',
      'svc2ipt: warning: 1 cluster IP or node port lies outside 10.96.0.0/12 and 30000-32767, the ranges of a cluster set up without any; --service-cidr and --service-node-port-range tell yours, -v lists them [value-out-of-range]',
    ]);
  });
});
