import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../src/cluster/build.ts';
import { formatAssignments } from '../../src/cluster/assignments.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { parseAssignments } from '../../src/cluster/parse-assignments.ts';
import { summarizeStandIns } from '../../src/cluster/summarize-stand-ins.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { type Resource } from '../../src/manifest/resource.ts';
import { parseCidr } from '../../src/text/ip.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { cluster, describeCluster, load, outcomeText, service, workload } from './load.ts';

const cidr = (text: string) => parseCidr(text)!;
const plain = (name: string): string => service(name, 'selector: { app: web }, ports: [{ port: 80 }]');
const standIns = (text: string, options = {}): readonly string[] =>
  cluster(text, options).value.standIns.map(formatDiagnostic);

describe('cluster IPs', () => {
  it('are drawn for each family of a Service that has none, and nothing for headless and ExternalName', () => {
    const text =
      plain('web') +
      service('dual', 'ipFamilyPolicy: RequireDualStack, ports: [{ port: 80 }]') +
      service('half', 'ipFamilyPolicy: RequireDualStack, clusterIP: 10.96.9.9, ports: [{ port: 80 }]') +
      service('headless', 'clusterIP: None, ports: [{ port: 80 }]') +
      service('name', 'type: ExternalName, externalName: example.com');
    expect(outcomeText(text)).toMatchInlineSnapshot(`
      "
      default/dual from nowhere: 10.109.177.229 fd00:10:96::a502 80/TCP
      default/half from nowhere: 10.96.9.9 fd00:10:96::f97 80/TCP
      default/headless from nowhere: None 80/TCP
      default/name from nowhere:
      default/web from nowhere: 10.108.255.48 80/TCP
      "
    `);
    expect(standIns(text)).toMatchInlineSnapshot(`
      [
        "test.yaml:10:7: warning: Service default/dual: spec.clusterIP: no IPv4 cluster IP is set; 10.109.177.229 stands in [stand-in]",
        "test.yaml:5:7: warning: Service default/web: spec.clusterIP: no IPv4 cluster IP is set; 10.108.255.48 stands in [stand-in]",
        "test.yaml:10:7: warning: Service default/dual: spec.clusterIPs[1]: no IPv6 cluster IP is set; fd00:10:96::a502 stands in [stand-in]",
        "test.yaml:15:7: warning: Service default/half: spec.clusterIPs[1]: no IPv6 cluster IP is set; fd00:10:96::f97 stands in [stand-in]",
      ]
    `);
  });

  it('are what every cluster has for the API server and the DNS, and never the network itself', () => {
    const named = (name: string, namespace: string): string =>
      plain(name).replace(`name: ${name}`, `name: ${name}, namespace: ${namespace}`);
    const text = named('kubernetes', 'default') + named('kube-dns', 'kube-system');
    expect(outcomeText(text)).toMatchInlineSnapshot(`
      "
      default/kubernetes from nowhere: 10.96.0.1 80/TCP
      kube-system/kube-dns from nowhere: 10.96.0.10 80/TCP
      "
    `);
    const all = Array.from({ length: 12 }, (_, index) => plain(`web-${index}`)).join('');
    const { value } = cluster(all, { serviceCidrs: [cidr('10.1.0.0/28')] });
    const given = value.services.map(({ service: one }) => one.spec.clusterIP).sort();
    const free = [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14].map((last) => `10.1.0.${last}`).sort();
    expect(given).toEqual(free);
  });

  it('keep away from every address that is set', () => {
    const set = `---
apiVersion: v1
kind: Service
metadata: { name: set }
spec:
  type: LoadBalancer
  clusterIP: 10.1.0.2
  externalIPs: [10.1.0.3]
  ports: [{ port: 80, nodePort: 30080 }]
status: { loadBalancer: { ingress: [{ ip: 10.1.0.4 }] } }
---
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 10.1.0.5 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: c, image: x }] }
status: { podIP: 10.1.0.6 }
---
apiVersion: v1
kind: Endpoints
metadata: { name: other }
subsets: [{ addresses: [{ ip: 10.1.0.7 }], notReadyAddresses: [{ ip: 10.1.0.8 }], ports: [{ port: 80 }] }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: other-1, labels: { kubernetes.io/service-name: other } }
addressType: IPv4
endpoints: [{ addresses: [10.1.0.9] }]
ports: [{ port: 80 }]
`;
    const all = ['a', 'b', 'c', 'd'].map(plain).join('');
    const { value } = cluster(set + all, { serviceCidrs: [cidr('10.1.0.0/28')] });
    const given = value.services.map(({ service: one }) => one.spec.clusterIP).sort();
    expect(given).toEqual(['10.1.0.11', '10.1.0.12', '10.1.0.13', '10.1.0.14', '10.1.0.2']);
  });

  it('are an error when there are not enough, or none of the family', () => {
    const three = ['a', 'b', 'c'].map(plain).join('');
    expect(outcomeText(three, { serviceCidrs: [cidr('10.1.0.0/30')] })).toMatchInlineSnapshot(`
      "
      default/a from nowhere: 80/TCP
      default/b from nowhere: 80/TCP
      default/c from nowhere: 80/TCP
      svc2ipt: error: --service-cidr 10.1.0.0/30 has not enough room: 3 values are needed and 2 are in it, those included that are set [pool-exhausted]
      "
    `);
    expect(outcomeText(plain('a'), { serviceCidrs: [cidr('fd00::/112')] })).toMatchInlineSnapshot(`
      "
      default/a from nowhere: 80/TCP
      test.yaml:5:7: error: Service default/a: spec.ipFamilies: no cluster IP is set and --service-cidr has no network of its family to draw one from [pool-missing]
      "
    `);
    expect(outcomeText(plain('a'), { serviceCidrs: [cidr('10.1.0.0/32')] })).toMatchInlineSnapshot(`
      "
      default/a from nowhere: 80/TCP
      svc2ipt: error: --service-cidr 10.1.0.0/32 has not enough room: 1 values are needed and 0 are in it, those included that are set [pool-exhausted]
      "
    `);
  });
});

describe('node ports', () => {
  it('are drawn where the API server gives them, one for all protocols of a port', () => {
    const ip = 'clusterIP: 10.96.9.9';
    const text =
      service(
        'np',
        `${ip}, type: NodePort, ports: [{ name: a, port: 53, protocol: UDP }, { name: b, port: 53 }, { name: c, port: 80 }]`,
      ) +
      service(
        'twin',
        `${ip}, type: NodePort, ports: [{ name: a, port: 53, protocol: UDP }, { name: b, port: 53, nodePort: 30053 }]`,
      ) +
      service('lb', `${ip}, type: LoadBalancer, externalTrafficPolicy: Local, ports: [{ port: 80 }]`) +
      service(
        'none',
        `${ip}, type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }]`,
      ) +
      service(
        'set',
        `${ip}, type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{ port: 80, nodePort: 30080 }]`,
      ) +
      service('local', `${ip}, type: NodePort, externalTrafficPolicy: Local, ports: [{ port: 80 }]`) +
      service('plain', `${ip}, ports: [{ port: 80 }]`);
    expect(outcomeText(text)).toMatchInlineSnapshot(`
      "
      default/lb from nowhere: 10.96.9.9 80:32540/TCP health check 30781
      default/local from nowhere: 10.96.9.9 80:31852/TCP
      default/none from nowhere: 10.96.9.9 80/TCP
      default/np from nowhere: 10.96.9.9 53:31581/UDP 53:31581/TCP 80:31220/TCP
      default/plain from nowhere: 10.96.9.9 80/TCP
      default/set from nowhere: 10.96.9.9 80:30080/TCP health check 31000
      default/twin from nowhere: 10.96.9.9 53:30053/UDP 53:30053/TCP
      "
    `);
    expect(standIns(text)).toMatchInlineSnapshot(`
      [
        "test.yaml:15:89: warning: Service default/lb: spec.ports[0].nodePort: no node port is set for port 80; 32540 stands in [stand-in]",
        "test.yaml:15:7: warning: Service default/lb: spec.healthCheckNodePort: no health check node port is set; 30781 stands in [stand-in]",
        "test.yaml:30:85: warning: Service default/local: spec.ports[0].nodePort: no node port is set for port 80; 31852 stands in [stand-in]",
        "test.yaml:5:55: warning: Service default/np: spec.ports[0].nodePort: no node port is set for port 53; 31581 stands in [stand-in]",
        "test.yaml:5:116: warning: Service default/np: spec.ports[2].nodePort: no node port is set for port 80; 31220 stands in [stand-in]",
      ]
    `);
  });

  it('are all different, health checks included, and an error when there are not enough', () => {
    const text = ['a', 'b', 'c']
      .map((name) =>
        service(
          name,
          'clusterIP: 10.96.9.9, type: LoadBalancer, externalTrafficPolicy: Local, ports: [{ port: 80 }]',
        ),
      )
      .join('');
    const { value } = cluster(text, { nodePortRange: { from: 30000, to: 30005 } });
    const ports = value.services.flatMap(({ service: { spec } }) => [
      spec.healthCheckNodePort,
      ...spec.ports.map(({ nodePort }) => nodePort),
    ]);
    expect(ports.sort()).toEqual([30000, 30001, 30002, 30003, 30004, 30005]);
    expect(outcomeText(text, { nodePortRange: { from: 30000, to: 30004 } })).toMatchInlineSnapshot(`
      "
      default/a from nowhere: 10.96.9.9 80/TCP
      default/b from nowhere: 10.96.9.9 80/TCP
      default/c from nowhere: 10.96.9.9 80/TCP
      svc2ipt: error: --service-node-port-range 30000-30004 has not enough room: 6 values are needed and 5 are in it, those included that are set [pool-exhausted]
      "
    `);
  });
});

describe('pod IPs', () => {
  const web = service('web', 'clusterIP: 10.96.9.9, selector: { app: web }, ports: [{ port: 80 }]');

  it('are an error when there are not enough', () => {
    const text = web + workload('Deployment', 'web', 'replicas: 7');
    expect(outcomeText(text, { podCidrs: [cidr('10.1.0.0/29')] })).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
      svc2ipt: error: --pod-cidr 10.1.0.0/29 has not enough room: 7 values are needed and 6 are in it, those included that are set [pool-exhausted]
      "
    `);
  });

  it('are left out for a family without a network', () => {
    const dual =
      'ipFamilyPolicy: RequireDualStack, clusterIPs: [10.96.9.9, "fd00:10:96::9"], clusterIP: 10.96.9.9';
    const text =
      service('web', `${dual}, selector: { app: web }, ports: [{ port: 80 }]`) +
      workload('Deployment', 'web', 'replicas: 2');
    expect(outcomeText(text, { podCidrs: [cidr('10.1.0.0/29')] })).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 fd00:10:96::9 80/TCP
        10.1.0.1 =80
        10.1.0.2 =80
      svc2ipt: warning: --pod-cidr has no IPv6 network: Services have no IPv6 endpoints from workloads [pool-missing]
      "
    `);
  });

  it('never meet a cluster IP, even when both are drawn from one network', () => {
    const text = ['a', 'b', 'c', 'd'].map(plain).join('') + workload('Deployment', 'web', 'replicas: 8');
    const range = [cidr('10.1.0.0/28')];
    const { value } = cluster(text, { serviceCidrs: range, podCidrs: range });
    const pods = value.services[0]?.slices.flatMap(({ endpoints }) => endpoints[0]?.addresses ?? []) ?? [];
    const all = [...value.assignments.clusterIPs.values(), ...value.assignments.podIPs.values()];
    expect(pods.length).toBe(1);
    expect(new Set(all).size).toBe(12);
  });
});

describe('requireAssigned', () => {
  it('makes an error of every missing value that is not pinned', () => {
    const text =
      service('web', 'type: NodePort, selector: { app: web }, ports: [{ port: 80 }]') +
      workload('Deployment', 'web', '');
    const { value, problems } = cluster(text, { requireAssigned: true });
    expect(problems.map(formatDiagnostic)).toMatchInlineSnapshot(`
      [
        "test.yaml:5:7: error: Service default/web: spec.clusterIP: no IPv4 cluster IP is set, and a stand-in is not allowed [value-missing]",
        "test.yaml:5:57: error: Service default/web: spec.ports[0].nodePort: no node port is set for port 80, and a stand-in is not allowed [value-missing]",
        "test.yaml:7:1: error: Deployment default/web: no IPv4 address is known for pod web-0, and a stand-in is not allowed [value-missing]",
      ]
    `);
    expect(value.standIns).toEqual([]);
    const pinned = cluster(text, { requireAssigned: true, assignments: cluster(text).value.assignments });
    expect(pinned.problems).toEqual([]);
  });
});

describe('assignments', () => {
  const text =
    service('web', 'type: NodePort, selector: { app: web }, ports: [{ port: 80 }]') +
    service('lb', 'type: LoadBalancer, externalTrafficPolicy: Local, ports: [{ port: 80 }]') +
    service('six', 'ipFamilies: [IPv6], ports: [{ port: 80 }]') +
    workload('Deployment', 'web', 'replicas: 2');

  const parse = (yaml: string) => {
    const [object] = readManifest({ name: 'assignments.yaml', text: yaml }).value;
    return parseAssignments(object!);
  };

  it('are written in a fixed order and read back', () => {
    const { assignments } = cluster(text).value;
    expect(formatAssignments(assignments)).toMatchInlineSnapshot(`
      "apiVersion: svc2ipt/v1
      kind: Assignments
      clusterIPs:
        default/lb IPv4: "10.96.210.88"
        default/six IPv6: "fd00:10:96::e828"
        default/web IPv4: "10.108.255.48"
      nodePorts:
        default/lb 80: 32540
        default/web 80: 32750
      healthCheckNodePorts:
        default/lb: 30781
      podIPs:
        Deployment default/web 0 IPv4: "10.244.68.173"
        Deployment default/web 1 IPv4: "10.244.106.62"
      "
    `);
    const read = parse(formatAssignments(assignments));
    expect(read.problems).toEqual([]);
    expect(formatAssignments(read.value)).toBe(formatAssignments(assignments));
  });

  it('decide what is assigned, stay for what is gone and are completed with what is new', () => {
    const { value: assignments } = parse(`apiVersion: svc2ipt/v1
kind: Assignments
clusterIPs: { default/web IPv4: 10.96.7.7, default/gone IPv4: 10.96.8.8 }
nodePorts: { default/web 80: 31234 }
podIPs: { Deployment default/web 1 IPv4: 10.244.7.7 }
`);
    expect(outcomeText(text, { assignments })).toMatchInlineSnapshot(`
      "
      default/lb from nowhere: 10.96.210.88 80:32540/TCP health check 30781
      default/six from nowhere: fd00:10:96::e828 80/TCP
      default/web from workloads: 10.96.7.7 80:31234/TCP
        10.244.7.7 =80
        10.244.68.173 =80
      "
    `);
    expect(formatAssignments(cluster(text, { assignments }).value.assignments)).toMatchInlineSnapshot(`
      "apiVersion: svc2ipt/v1
      kind: Assignments
      clusterIPs:
        default/gone IPv4: "10.96.8.8"
        default/lb IPv4: "10.96.210.88"
        default/six IPv6: "fd00:10:96::e828"
        default/web IPv4: "10.96.7.7"
      nodePorts:
        default/lb 80: 32540
        default/web 80: 31234
      healthCheckNodePorts:
        default/lb: 30781
      podIPs:
        Deployment default/web 0 IPv4: "10.244.68.173"
        Deployment default/web 1 IPv4: "10.244.7.7"
      "
    `);
  });

  it('give way to what is set', () => {
    const { value: assignments } = parse(`apiVersion: svc2ipt/v1
kind: Assignments
clusterIPs: { default/web IPv4: 10.96.7.7 }
`);
    const set = service('set', 'clusterIP: 10.96.7.7, ports: [{ port: 80 }]');
    expect(outcomeText(plain('web') + set, { assignments })).toMatchInlineSnapshot(`
      "
      default/set from nowhere: 10.96.7.7 80/TCP
      default/web from nowhere: 10.108.255.48 80/TCP
      test.yaml:5:7: warning: Service default/web: spec.clusterIP: no IPv4 cluster IP is set, and the value assigned before is now set in the manifests; another stands in [pin-displaced]
      "
    `);
  });

  it('are not taken by what is new', () => {
    fc.assert(
      fc.property(fc.nat(13), (last) => {
        const assignments = parse(`apiVersion: svc2ipt/v1
kind: Assignments
clusterIPs: { default/gone IPv4: 10.1.0.${last + 1} }
`).value;
        const all = Array.from({ length: 11 }, (_, index) => plain(`web-${index}`)).join('');
        const { value } = cluster(all, { assignments, serviceCidrs: [cidr('10.1.0.0/28')] });
        const given = value.services.map(({ service: one }) => one.spec.clusterIP);
        expect(given).not.toContain(`10.1.0.${last + 1}`);
        expect(new Set(given).size).toBe(11);
      }),
    );
  });

  it('are read with every mistake named', () => {
    const { value, problems } = parse(`apiVersion: v1
kind: Assignment
clusterIP: {}
clusterIPs:
  default/web: 10.96.7.7
  default/web IPv4: fd00::1
  default/a IPv4: 10.96.7.8
  default/b IPv4: 10.96.7.8
  __proto__ IPv4: 10.96.7.9
nodePorts: { default/web 80: "80", default/web 81: 70000, default/web x: 1, default/web 82: 30082 }
healthCheckNodePorts: { default/web: 30082 }
podIPs: [10.244.7.7]
`);
    expect(problems.map(formatDiagnostic)).toMatchInlineSnapshot(`
      [
        "assignments.yaml:1:1: error: Assignments: must have apiVersion svc2ipt/v1 and kind Assignments [assignments-invalid]",
        "assignments.yaml:3:12: error: Assignments: clusterIP: unknown field; known are apiVersion, kind, clusterIPs, nodePorts, healthCheckNodePorts, proxyPorts, podIPs [assignments-invalid]",
        "assignments.yaml:5:16: error: Assignments: clusterIPs[default/web]: the key must have the form "namespace/name IPv4" [assignments-invalid]",
        "assignments.yaml:6:21: error: Assignments: clusterIPs[default/web IPv4]: fd00::1 is an IPv6 address, unlike its key [assignments-invalid]",
        "assignments.yaml:8:19: error: Assignments: clusterIPs[default/b IPv4]: 10.96.7.8 is already given to clusterIPs[default/a IPv4] [assignments-invalid]",
        "assignments.yaml:9:19: error: Assignments: clusterIPs[__proto__ IPv4]: the key must have the form "namespace/name IPv4" [assignments-invalid]",
        "assignments.yaml:10:30: error: Assignments: nodePorts[default/web 80]: must be a port number, 1 to 65535 [assignments-invalid]",
        "assignments.yaml:10:52: error: Assignments: nodePorts[default/web 81]: must be a port number, 1 to 65535 [assignments-invalid]",
        "assignments.yaml:10:74: error: Assignments: nodePorts[default/web x]: the key must have the form "namespace/name 80" [assignments-invalid]",
        "assignments.yaml:11:38: error: Assignments: healthCheckNodePorts[default/web]: 30082 is already given to nodePorts[default/web 82] [assignments-invalid]",
        "assignments.yaml:12:9: error: Assignments: podIPs: must be an object [assignments-invalid]",
      ]
    `);
    expect(formatAssignments(value)).toMatchInlineSnapshot(`
      "apiVersion: svc2ipt/v1
      kind: Assignments
      clusterIPs:
        default/a IPv4: "10.96.7.8"
      nodePorts:
        default/web 82: 30082
      "
    `);
  });
});

describe('the summary of stand-ins', () => {
  it('counts them, when there are any', () => {
    const summary = (text: string) => summarizeStandIns(cluster(text).value.standIns).at(-1)?.message;
    expect(summary(plain('a'))).toMatch(/^1 value that only a cluster assigns is missing/);
    expect(summary(plain('a') + plain('b'))).toMatch(/^2 values that only a cluster assigns are missing/);
    expect(summary(service('a', 'clusterIP: 10.96.9.9, ports: [{ port: 80 }]'))).toBeUndefined();
  });
});

describe('stand-ins', () => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 25 });
  const manifest = (index: number): string =>
    service(`s${index}`, `type: NodePort, selector: { app: d${index} }, ports: [{ port: 80 }]`) +
    workload('Deployment', `d${index}`, `replicas: ${index % 4}`);
  // A range of node ports so narrow that they do meet.
  const options = { ...DEFAULT_CLUSTER_OPTIONS, nodePortRange: { from: 30000, to: 30299 } };
  const build = (resources: readonly Resource[]) => buildCluster(resources, options).value;

  it('are the same in whatever order the objects come', () => {
    fc.assert(
      fc.property(some, fc.nat(996), (indexes, turn) => {
        const resources = load(indexes.map(manifest).join(''));
        // Multiplying modulo a prime mixes the order thoroughly enough.
        const shuffled = resources
          .map((resource, index) => ({ resource, at: ((index + 1) * (turn + 1)) % 997 }))
          .sort((a, b) => a.at - b.at)
          .map(({ resource }) => resource);
        expect(describeCluster(build(shuffled))).toEqual(describeCluster(build(resources)));
      }),
      { numRuns: 30 },
    );
  });

  it('of other Services stay when one comes or goes, save at most one', () => {
    let tried = 0;
    let stepsAside = 0;
    fc.assert(
      fc.property(some, (indexes) => {
        const parts = (resources: readonly Resource[]) =>
          build(resources).services.map((one) => JSON.stringify(one));
        const all = parts(load(indexes.map(manifest).join('')));
        for (const gone of indexes) {
          const left = indexes.filter((index) => index !== gone);
          const others = new Set(parts(load(left.map(manifest).join(''))));
          const changed = all.filter((one) => !others.has(one)).length - 1;
          expect(changed).toBeLessThanOrEqual(1);
          tried += 1;
          stepsAside += changed;
        }
      }),
      { numRuns: 15, seed: 1 },
    );
    process.stdout.write(`stand-ins: of ${tried} Services ${stepsAside} made another step aside\n`);
    expect(stepsAside).toBeGreaterThan(0);
  });
});

describe('a large cluster', () => {
  it('of 10,000 Services and 100,000 pods has a stand-in for every value', () => {
    const [first] = load(service('web', 'type: NodePort, selector: { app: web }, ports: [{ port: 80 }]'));
    const [, deployment] = load(plain('web') + workload('Deployment', 'web', 'replicas: 10'));
    const renamed = (resource: Resource, index: number): Resource => {
      const text = JSON.stringify(resource.object).replaceAll('web', `web-${index}`);
      return { object: JSON.parse(text) as Resource['object'], locate: resource.locate };
    };
    const count = 10_000;
    const resources = Array.from({ length: count }, (_, index) => [
      renamed(first!, index),
      renamed(deployment!, index),
    ]).flat();
    const { value, problems } = buildCluster(resources, {
      ...DEFAULT_CLUSTER_OPTIONS,
      nodePortRange: { from: 1024, to: 65535 },
      podCidrs: [cidr('10.128.0.0/9')],
    });
    expect(problems).toEqual([]);
    expect(value.standIns.length).toBe(count * 12);
  });
});
