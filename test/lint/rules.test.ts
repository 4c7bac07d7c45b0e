import { formatSubject } from '../../src/diagnostics/format.ts';
/** What the fixtures leave out: each rule with every origin of endpoints, and the cases in which it keeps quiet. */
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const SERVICE = 'apiVersion: v1\nkind: Service\n';
const POD = 'apiVersion: v1\nkind: Pod\n';
const NODES = ['node-1', 'node-2'].map((name) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`);

const pod = (name: string, node: string, ip: string, ready = true): string =>
  `${POD}metadata: {name: ${name}, labels: {app: web}}
spec: {nodeName: ${node}, containers: [{name: main, image: x, ports: [{name: http, containerPort: 8080}]}]}
status: {phase: Running, podIP: ${ip}, conditions: [{type: Ready, status: "${ready ? 'True' : 'False'}"}]}
`;
const web = (name: string, spec: string): string =>
  `${SERVICE}metadata: {name: ${name}}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}], ${spec}}
`;
const slice = (service: string, ip: string): string =>
  `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${service}-1, labels: {kubernetes.io/service-name: ${service}}}
addressType: IPv4
endpoints: [{addresses: [${ip}], nodeName: node-1}]
ports: [{port: 80}]
`;
const deployment = (container: string, podSpec = ''): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {${podSpec} containers: [{name: main, image: x, ports: [{name: http, containerPort: 8080}], ${container}}]}
`;
const affinity = (seconds: number): string =>
  `sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: ${seconds}}}`;

/** `Kind ns/name: path: message` of every finding. */
function findings(...documents: readonly string[]): readonly string[] {
  const { value, problems } = lint([{ name: 'a.yaml', text: documents.join('---\n') }], { strict: false });
  expect(problems).toEqual([]);
  return value.findings.map(
    ({ code, subject, path, message }) =>
      `${code}: ${subject === undefined ? '' : formatSubject(subject)}: ${path ?? ''}: ${message}`,
  );
}

describe('externalTrafficPolicy Local with Pods', () => {
  const local = web('web', 'type: NodePort, externalTrafficPolicy: Local');
  const told = (message: string): readonly string[] => [
    `external-policy-local-without-local-endpoint: Service default/web: spec.externalTrafficPolicy: ${message}`,
  ];

  it('wants one ready on every Node', () => {
    const first = pod('a', 'node-1', '10.244.1.2');
    expect(findings(...NODES, local, first)).toEqual(
      told('no ready endpoint runs on node-2; there are some on node-1'),
    );
    expect(findings(...NODES, local, first, pod('b', 'node-2', '10.244.2.2'))).toEqual([]);
    expect(findings(...NODES, local, first, pod('b', 'node-2', '10.244.2.2', false))).toEqual(
      told('no ready endpoint runs on node-2; there are some on node-1'),
    );
  });

  it('names five nodes and counts the rest', () => {
    const nodes = Array.from(
      { length: 9 },
      (_, index) => `apiVersion: v1\nkind: Node\nmetadata: {name: n${index}}\n`,
    );
    expect(findings(...nodes, local, pod('a', 'n0', '10.244.1.2'))).toEqual(
      told('no ready endpoint runs on n1, n2, n3, n4, n5 and 3 more; there are some on n0'),
    );
  });
});

describe('Services with equal selectors', () => {
  it('are judged one by one, as each has its own ports, policies and namespace', () => {
    const local = 'type: NodePort, externalTrafficPolicy: Local';
    const elsewhere = web('c', local).replace('name: c', 'name: c, namespace: other');
    const documents = [
      ...NODES,
      web('a', `${local}, publishNotReadyAddresses: true`),
      web('b', local),
      elsewhere,
      web('d', 'type: ClusterIP').replace('targetPort: http', 'targetPort: htp'),
      pod('a', 'node-1', '10.244.1.2', false),
      pod('b', 'node-2', '10.244.2.2'),
      pod('c', 'node-2', '10.244.3.2').replace('name: c', 'name: c, namespace: other'),
    ];
    const lack = (subject: string): string =>
      `external-policy-local-without-local-endpoint: Service ${subject}: spec.externalTrafficPolicy: ` +
      'no ready endpoint runs on node-1; there are some on node-2';
    expect(findings(...documents)).toEqual([
      lack('default/b'),
      lack('other/c'),
      'named-target-port-missing: Service default/d: spec.ports[0].targetPort: no container of Pod default/a ' +
        'and 1 more has a TCP port named "htp"; the names are http (8080/TCP)',
    ]);
  });
});

describe('several timeouts', () => {
  const told = (shared: string): readonly string[] => [
    'several-affinity-timeouts: Service default/b: spec.sessionAffinityConfig.clientIP.timeoutSeconds: ' +
      `remembers a client for 600 s, Service default/a for 60 s, and both ${shared}`,
  ];

  it('of one Pod', () => {
    const services = [web('a', affinity(60)), web('b', affinity(600))];
    expect(findings(...services, pod('p', 'node-1', '10.244.1.2'))).toEqual(told('lead to Pod default/p'));
  });

  it('of one endpoint', () => {
    const services = ['a', 'b'].map(
      (name, index) =>
        `${SERVICE}metadata: {name: ${name}}\nspec: {ports: [{port: 80}], ${affinity(60 * 10 ** index)}}\n`,
    );
    expect(findings(...services, slice('a', '192.0.2.1'), slice('b', '192.0.2.1'))).toEqual(
      told('lead to endpoint 192.0.2.1'),
    );
    expect(findings(...services, slice('a', '192.0.2.1'), slice('b', '192.0.2.2'))).toEqual([]);
  });

  it('at one address', () => {
    const services = ['a', 'b'].map(
      (name, index) =>
        `${SERVICE}metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: ${80 + index}}], ${affinity(60 * 10 ** index)}}
status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}
`,
    );
    expect(findings(...services)).toEqual(told('are reached at 203.0.113.1'));
  });

  it('do not matter where there are no rules', () => {
    const services = [web('a', affinity(60)), web('b', `clusterIP: None, ${affinity(600)}`)];
    expect(findings(...services, deployment('tty: false'))).toEqual([
      'ignored-field: Service default/b: spec.sessionAffinity: ' +
        'ignored, as kube-proxy makes no rules for a headless Service',
    ]);
  });
});

describe('named target ports', () => {
  it('are looked up in Pods', () => {
    const service = `${SERVICE}metadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: htp}]}\n`;
    expect(findings(service, pod('p', 'node-1', '10.244.1.2'))).toEqual([
      'named-target-port-missing: Service default/web: spec.ports[0].targetPort: ' +
        'no container of Pod default/p has a TCP port named "htp"; the names are http (8080/TCP)',
    ]);
  });
});

describe('selectors', () => {
  it('may name what an operator makes, but not what only directs traffic', () => {
    const resource = (apiVersion: string): string =>
      `apiVersion: ${apiVersion}\nkind: Thing\nmetadata: {name: orders}\nspec: {}\n`;
    const service = `${SERVICE}metadata: {name: db}\nspec: {selector: {cluster: orders-main}, ports: [{port: 80}]}\n`;
    expect(findings(service, resource('databases.example.com/v1'))).toEqual([]);
    expect(findings(service, resource('networking.istio.io/v1'), deployment('tty: false'))).toEqual([
      'service-selects-nothing: Service default/db: spec.selector: ' +
        'selects no Pod or workload; none in namespace default has a label like cluster: orders-main',
    ]);
  });
});

describe('references', () => {
  it('may name the Service that Knative makes', () => {
    const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello}\nspec: {}\n';
    const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: hello}
spec: {rules: [{backendRefs: [{name: hello, port: 80}]}]}
`;
    expect(findings(knative, route)).toEqual([]);
    expect(findings(deployment('tty: false'), route)).toEqual([
      'ingress-backend-missing: HTTPRoute default/hello: spec.rules[0].backendRefs[0].name: ' +
        'there is no Service "hello" in namespace default',
    ]);
  });

  it('of autoscalers keep to the namespace', () => {
    const autoscaler = `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: other}
spec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3}
`;
    const other = deployment('tty: false').replace('name: web', 'name: api, namespace: other');
    expect(findings(deployment('tty: false'), autoscaler)).toEqual([]);
    expect(findings(deployment('tty: false'), other, autoscaler)).toEqual([
      'hpa-target-missing: HorizontalPodAutoscaler other/web: spec.scaleTargetRef.name: ' +
        'there is no Deployment "web" in namespace other',
    ]);
  });
});

describe('environment', () => {
  const service = web('api', 'type: ClusterIP');
  const of = (container: string, podSpec = ''): readonly string[] =>
    findings(service, deployment(container, podSpec)).map((finding) =>
      finding.split(': ').slice(2).join(': '),
    );

  it.each<[string, string, string, readonly string[]]>([
    [
      'an alias of the pod',
      'env: [{name: A, value: "http://extra"}]',
      'hostAliases: [{ip: 192.0.2.1, hostnames: [extra]}],',
      [],
    ],
    ['its own host name', 'env: [{name: A, value: "http://me"}]', 'hostname: me,', []],
    ['a pod behind a Service', 'env: [{name: A, value: "http://web-0.api"}]', '', []],
    ['a number', 'env: [{name: A, value: "http://1234/"}]', '', []],
    [
      'a variable that may be set elsewhere',
      'envFrom: [{configMapRef: {name: c}}], args: ["$(X_SERVICE_HOST)"]',
      '',
      [],
    ],
    ['a variable of its own', 'env: [{name: X_SERVICE_HOST, value: x}], args: ["$(X_SERVICE_HOST)"]', '', []],
    ['what has no value', 'env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]', '', []],
    ['an address under another name', 'env: [{name: IMAGE, value: "gone:8080"}]', '', []],
    [
      'an argument',
      'args: [-v, "$(X_SERVICE_HOST)"]',
      '',
      [
        'spec.template.spec.containers[0].args[1]: kubelet sets X_SERVICE_HOST for no Service of namespace default',
      ],
    ],
    [
      'an init container',
      'tty: false',
      'initContainers: [{name: wait, image: x, env: [{name: API_HOST, value: apy}]}],',
      [
        'spec.template.spec.initContainers[0].env[0].value: ' +
          'there is no Service "apy" in namespace default, did you mean "api"?',
      ],
    ],
  ])('%s', (_, container, podSpec, expected) => {
    expect(of(container, podSpec)).toEqual(expected);
  });
});

describe('probes', () => {
  it.each(['startupProbe: {httpGet: {port: gone}}', 'lifecycle: {preStop: {httpGet: {port: gone}}}'])(
    '%s',
    (handler) => {
      const path = handler.replace(/: gone.*/, '').replaceAll(': {', '.');
      expect(findings(deployment(handler))).toEqual([
        `probe-port-missing: Deployment default/web: spec.template.spec.containers[0].${path}: ` +
          'container "main" has no port named "gone"; the names are http',
      ]);
    },
  );

  it('may give the number as a string', () => {
    expect(findings(deployment('livenessProbe: {tcpSocket: {port: "8080"}}'))).toEqual([]);
  });
});
