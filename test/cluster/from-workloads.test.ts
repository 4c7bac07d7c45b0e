import { describe, expect, it } from 'vitest';
import { cluster, describeCluster, node, outcomeText, service, workload } from './load.ts';

const WEB = service(
  'web',
  'clusterIP: 10.96.9.9, selector: { app: web }, ports: [{ port: 80, targetPort: http }]',
);
const ZONES = node('n1', 'topology.kubernetes.io/zone: a') + node('n2', 'topology.kubernetes.io/zone: b');

const autoscaler = (kind: string, name: string, minimum: string): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, ${minimum} maxReplicas: 9 }
`;

const owned = (manifest: string, kind: string, name: string): string =>
  manifest.replace(
    /metadata: \{ name: ([^ }]+)/,
    `metadata: { ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: u, controller: true }], name: $1`,
  );

const pod = (name: string, more: string, labels = 'app: web'): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { ${labels} } }
spec: { ${more} containers: [{ name: c, image: x, ports: [{ name: http, containerPort: 9090 }] }] }
`;

describe('how many pods', () => {
  it('is one for a Deployment without replicas', () => {
    expect(outcomeText(WEB + workload('Deployment', 'web', ''))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
      "
    `);
  });
  it('is none for replicas: 0', () => {
    expect(outcomeText(WEB + workload('Deployment', 'web', 'replicas: 0'))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
      "
    `);
  });
  it('is what replicas says, for each kind that has them', () => {
    const text = ['StatefulSet', 'ReplicaSet', 'ReplicationController', 'Deployment'].map((kind) =>
      workload(kind, 'web', 'replicas: 2'),
    );
    expect(outcomeText(WEB + text.join(''))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
        10.244.106.62 =8080
        10.244.127.41 =8080
        10.244.146.127 =8080
        10.244.166.164 =8080
        10.244.175.5 =8080
        10.244.178.114 =8080
        10.244.244.40 =8080
      "
    `);
  });
  it('is what the autoscaler wants at least, when replicas says nothing', () => {
    const text = workload('Deployment', 'web', '') + autoscaler('Deployment', 'web', 'minReplicas: 3,');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.47.95 =8080
        10.244.68.173 =8080
        10.244.106.62 =8080
      "
    `);
  });
  it('is one when the autoscaler does not say either', () => {
    const text = workload('Deployment', 'web', '') + autoscaler('Deployment', 'web', '');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
      "
    `);
  });
  it('is what replicas says, whatever the autoscaler says; an autoscaler of another kind has no say', () => {
    const text =
      workload('Deployment', 'web', 'replicas: 1') +
      autoscaler('Deployment', 'web', 'minReplicas: 3,') +
      workload('StatefulSet', 'web', '') +
      autoscaler('ReplicaSet', 'web', 'minReplicas: 4,').replace('name: web', 'name: other');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
        10.244.166.164 =8080
      "
    `);
  });
  it('is one for each Node with a DaemonSet', () => {
    expect(outcomeText(WEB + workload('DaemonSet', 'web', '') + ZONES)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.22.251 =8080 on n2 in b
        10.244.75.92 =8080 on n1 in a
      "
    `);
  });
  it('is one for each Node that the nodeSelector of a DaemonSet wants', () => {
    const text = workload('DaemonSet', 'web', '').replace(
      'containers:',
      'nodeSelector: { topology.kubernetes.io/zone: b, kubernetes.io/os: linux }, containers:',
    );
    expect(outcomeText(WEB + text + ZONES)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.22.251 =8080 on n2 in b
      "
    `);
  });
  it('is one on the node compiled for with a DaemonSet, when no Nodes are known', () => {
    expect(outcomeText(WEB + workload('DaemonSet', 'web', ''), { nodeName: 'here' })).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.34.183 =8080 on here
      "
    `);
  });
  it('has a limit', () => {
    const text = workload('Deployment', 'web', 'replicas: 2147483647') + workload('StatefulSet', 'web', '');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.166.164 =8080
      test.yaml:11:13: error: Deployment default/web: spec.replicas: 2147483647 pods are asked for; with those of other workloads that is more than 150000, the most that Kubernetes is made for [too-many-pods]
      "
    `);
  });
  it('counts nothing twice that another object of the input makes', () => {
    const text =
      workload('Deployment', 'web', 'replicas: 1') +
      owned(workload('ReplicaSet', 'web-1', 'replicas: 2', 'app: web'), 'Deployment', 'web') +
      owned(pod('web-1-x', ''), 'ReplicaSet', 'web-1') +
      owned(workload('ReplicaSet', 'gone-1', 'replicas: 1', 'app: web'), 'Deployment', 'gone');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
        10.244.196.144 =8080
      "
    `);
  });
});

describe('where pods run', () => {
  it('is the node compiled for, when no Nodes are known', () => {
    expect(outcomeText(WEB + workload('Deployment', 'web', 'replicas: 2'), { nodeName: 'here' }))
      .toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080 on here
        10.244.106.62 =8080 on here
      "
    `);
  });
  it('is spread over the Nodes, not the node compiled for', () => {
    const text = WEB + workload('Deployment', 'web', 'replicas: 6') + ZONES + node('n3');
    expect(outcomeText(text, { nodeName: 'here' })).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.47.95 =8080 on n3
        10.244.68.173 =8080 on n3
        10.244.106.62 =8080 on n2 in b
        10.244.116.61 =8080 on n3
        10.244.164.49 =8080 on n1 in a
        10.244.219.107 =8080 on n1 in a
      "
    `);
  });
  it('stays the same for those whose Node stays', () => {
    const placed = (nodes: string): readonly string[] =>
      outcomeText(WEB + workload('Deployment', 'web', 'replicas: 60') + nodes)
        .split('\n')
        .filter((line) => line.includes(' on n'));
    const before = placed(node('n1') + node('n2') + node('n3'));
    const after = new Set(placed(node('n1') + node('n3')));
    const moved = before.filter((line) => !after.has(line));
    expect(moved).toEqual(before.filter((line) => line.endsWith(' on n2')));
  });
  it('is where nodeName or nodeSelector says, and nowhere when no Node of several will do', () => {
    const on = (name: string, more: string): string =>
      workload('Deployment', name, '', 'app: web').replace('containers:', `${more}, containers:`);
    const text =
      on('named', 'nodeName: n2') +
      on('chosen', 'nodeSelector: { topology.kubernetes.io/zone: a }') +
      on('pending', 'nodeSelector: { disk: ssd }') +
      on('elsewhere', 'nodeName: n9');
    expect(outcomeText(WEB + text + ZONES)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.2.226 =8080 on n1 in a
        10.244.114.157 =8080 on n2 in b
      test.yaml:5:41: warning: Service default/web: spec.selector: leaves out Deployment default/elsewhere and 1 more: no Node of the input is where its pods want to run [pods-left-out]
      "
    `);
  });
  it('gives pods on the host network the address of their Node', () => {
    const text = workload('DaemonSet', 'web', '').replace('containers:', 'hostNetwork: true, containers:');
    const withAddress = `${node('n1')}status: { addresses: [{ type: Hostname, address: n1 }, { type: InternalIP, address: 192.168.0.2 }] }\n`;
    expect(outcomeText(WEB + text + withAddress + node('n2'))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.22.251 =8080 on n2
        192.168.0.2 =8080 on n1
      "
    `);
  });
});

describe('which pods', () => {
  it('are those of all workloads that the Service selects, each with its own ports', () => {
    const text =
      workload('Deployment', 'one', 'replicas: 1', 'app: web, track: stable') +
      workload('StatefulSet', 'two', 'replicas: 1', 'app: web, track: canary').replace('8080', '8081') +
      workload('Deployment', 'three', 'replicas: 1', 'app: other');
    expect(outcomeText(WEB + text)).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.210.131 =8080
        10.244.79.63 =8081
      "
    `);
  });
  it('have the same addresses for all Services in front of them, one a family', () => {
    const text =
      WEB +
      service(
        'both',
        'ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4], clusterIPs: ["fd00:10:96::9", 10.96.9.8], clusterIP: "fd00:10:96::9", selector: { app: web }, ports: [{ port: 81, targetPort: 1 }]',
      ) +
      workload('Deployment', 'web', 'replicas: 2');
    expect(outcomeText(text)).toMatchInlineSnapshot(`
      "
      default/both from workloads: fd00:10:96::9 10.96.9.8 81/TCP
        fd00:10:244::4375:f764 =1
        fd00:10:244::f197:b8e3 =1
        10.244.68.173 =1
        10.244.106.62 =1
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
        10.244.106.62 =8080
      "
    `);
  });
  it('are one of a StatefulSet, chosen by the labels that tell its pods apart', () => {
    const one = (name: string, selector: string): string =>
      service(name, `clusterIP: 10.96.9.${name}, selector: { ${selector} }, ports: [{ port: 80 }]`).replace(
        `name: ${name}`,
        `name: s${name}`,
      );
    const podName = 'statefulset.kubernetes.io/pod-name';
    const text = [
      one('1', 'app: db'),
      one('2', `app: db, ${podName}: db-1`),
      one('3', `${podName}: db-0`),
      one('4', 'app: db, apps.kubernetes.io/pod-index: "1"'),
      ...[
        `${podName}: db-2`,
        `${podName}: db-01`,
        `app: web, ${podName}: db-0`,
        `${podName}: web-0`,
        `app: db, ${podName}: db-0, apps.kubernetes.io/pod-index: "1"`,
        'apps.kubernetes.io/pod-index: "0"',
      ].map((selector, index) => one(String(index + 5), selector)),
      workload('StatefulSet', 'db', 'replicas: 2'),
      workload('Deployment', 'web', 'replicas: 1'),
    ].join('');
    expect(describeCluster(cluster(text).value)).toEqual([
      'default/s1 from workloads: 10.96.9.1 80/TCP',
      '  10.244.188.116 =80',
      '  10.244.221.86 =80',
      'default/s10 from nowhere: 10.96.9.10 80/TCP',
      'default/s2 from workloads: 10.96.9.2 80/TCP',
      '  10.244.188.116 =80',
      'default/s3 from workloads: 10.96.9.3 80/TCP',
      '  10.244.221.86 =80',
      'default/s4 from workloads: 10.96.9.4 80/TCP',
      '  10.244.188.116 =80',
      'default/s5 from nowhere: 10.96.9.5 80/TCP',
      'default/s6 from nowhere: 10.96.9.6 80/TCP',
      'default/s7 from nowhere: 10.96.9.7 80/TCP',
      'default/s8 from nowhere: 10.96.9.8 80/TCP',
      'default/s9 from nowhere: 10.96.9.9 80/TCP',
    ]);
  });
  it('are not made for headless Services, which have no rules', () => {
    const text = service('web', 'clusterIP: None, selector: { app: web }, ports: [{ port: 80 }]');
    expect(outcomeText(text + workload('StatefulSet', 'web', 'replicas: 2'))).toMatchInlineSnapshot(`
      "
      default/web from workloads: None 80/TCP
      "
    `);
  });
  it('are a Pod that no cluster has seen, too', () => {
    expect(outcomeText(WEB + pod('bare', '') + workload('Deployment', 'web', ''))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
        10.244.131.104 =9090
      "
    `);
  });
  it('are the Pods with an IP, and nothing else, once one has', () => {
    const seen = `${pod('seen', 'nodeName: n1,')}status: { podIP: 10.244.1.5, conditions: [{ type: Ready, status: "True" }] }\n`;
    expect(outcomeText(WEB + seen + pod('bare', '') + workload('Deployment', 'web', '')))
      .toMatchInlineSnapshot(`
      "
      default/web from Pods: 10.96.9.9 80/TCP
        10.244.1.5 =9090 on n1
      "
    `);
  });
  it('are those of the workload while its Pods have no IP, and none without it', () => {
    const pending = `${pod('pending', '')}status: { phase: Pending }\n`;
    expect(outcomeText(WEB + pending + workload('Deployment', 'web', ''))).toMatchInlineSnapshot(`
      "
      default/web from workloads: 10.96.9.9 80/TCP
        10.244.68.173 =8080
      "
    `);
    expect(outcomeText(WEB + pending)).toMatchInlineSnapshot(`
      "
      default/web from Pods: 10.96.9.9 80/TCP
      "
    `);
  });
  it('are none of another namespace, nor of a Service without selector', () => {
    const elsewhere = workload('Deployment', 'web', '').replace(
      'name: web }',
      'name: web, namespace: prod }',
    );
    expect(outcomeText(WEB + elsewhere)).toMatchInlineSnapshot(`
      "
      default/web from nowhere: 10.96.9.9 80/TCP
      test.yaml:5:41: warning: Service default/web: spec.selector: selects no Pod or workload; Deployment prod/web has its labels but is in another namespace [service-selects-nothing]
      "
    `);
    const selectorless = service('web', 'clusterIP: 10.96.9.9, ports: [{ port: 80 }]');
    expect(outcomeText(selectorless + workload('Deployment', 'web', ''))).toMatchInlineSnapshot(`
      "
      default/web from nowhere: 10.96.9.9 80/TCP
      "
    `);
  });
  it('give way to EndpointSlices and Endpoints', () => {
    const endpoints = `---
apiVersion: v1
kind: Endpoints
metadata: { name: web }
subsets: [{ addresses: [{ ip: 10.244.7.7 }], ports: [{ port: 80 }] }]
`;
    const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
endpoints: [{ addresses: [10.244.8.8] }]
ports: [{ port: 80 }]
`;
    const text = WEB + workload('Deployment', 'web', '') + endpoints;
    expect(outcomeText(text)).toMatchInlineSnapshot(`
      "
      default/web from Endpoints: 10.96.9.9 80/TCP
        10.244.7.7 =80
      "
    `);
    expect(outcomeText(text + slice)).toMatchInlineSnapshot(`
      "
      default/web from EndpointSlices: 10.96.9.9 80/TCP
        10.244.8.8 =80
      "
    `);
  });
});
