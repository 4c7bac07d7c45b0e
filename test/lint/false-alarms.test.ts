/** What looks wrong but may well be right: lint keeps quiet, and so does compile. */
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { run } from '../helpers/cli.ts';

const SERVICE = 'apiVersion: v1\nkind: Service\n';
const service = (selector: string, namespace = 'default'): string =>
  `${SERVICE}metadata: {name: s, namespace: ${namespace}}\nspec: {clusterIP: 10.96.0.1, selector: {${selector}}, ports: [{port: 80}]}\n`;
const deployment = (labels: string, namespace = 'default', env = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec: {containers: [{name: main, image: x, env: [${env}]}]}
`;
const ingress = (namespace: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: ${namespace}}
spec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}
`;

/** `code: path: message` of every finding. */
function findings(...documents: readonly string[]): readonly string[] {
  const { value, problems } = lint([{ name: 'a.yaml', text: documents.join('---\n') }], { strict: false });
  expect(problems).toEqual([]);
  return value.findings.map(({ code, path, message }) => `${code}: ${path}: ${message}`);
}

describe('URLs whose first part is no host', () => {
  const told = (value: string): readonly string[] =>
    findings(service('app: web'), deployment('app: web', 'default', `{name: A, value: "${value}"}`));

  it.each([
    'kubernetes://apis/v1/services',
    's3://bucket/key',
    'gs://bucket',
    'oci://registry/chart',
    'spiffe://cluster/ns/default',
    'vault://secret/data',
    'docker://image',
    'mongodb+srv://cluster0/db',
  ])('%s', (url) => {
    expect(told(url)).toEqual([]);
  });

  it.each([
    'http://gone/',
    'postgresql+psycopg2://user:pw@gone:5432/db',
    'redis://gone',
    'grpc://gone:50051',
  ])('but %s has one', (url) => {
    expect(told(url)).toEqual([
      'env-service-missing: spec.template.spec.containers[0].env[0].value: there is no Service "gone" in namespace default',
    ]);
  });
});

describe('a namespace of which the input holds nothing that runs', () => {
  const MISS = 'selects no Pod or workload; ';

  it('may hold what a selector wants', () => {
    expect(findings(service('app: web'))).toEqual([]);
    expect(findings(service('app: web', 'a'), deployment('app: api', 'b'))).toEqual([]);
    expect(findings(service('app: web', 'a'), deployment('app: api', 'a'))).toEqual([
      `service-selects-nothing: spec.selector: ${MISS}none in namespace a has a label like app: web`,
    ]);
  });

  it('is told of when the very labels stand in another namespace', () => {
    expect(findings(service('app: web', 'a'), deployment('app: web', 'b'))).toEqual([
      `service-selects-nothing: spec.selector: ${MISS}Deployment b/web has its labels but is in another namespace`,
    ]);
  });

  it('may hold the Service of an Ingress', () => {
    expect(findings(ingress('default'))).toEqual([]);
    expect(findings(ingress('a'), service('app: web', 'b'), deployment('app: web', 'b'))).toEqual([]);
    expect(findings(ingress('a'), deployment('app: web', 'a'))).toEqual([
      'ingress-backend-missing: spec.defaultBackend.service.name: there is no Service "gone" in namespace a',
    ]);
  });

  it('may hold the Service of a StatefulSet and the target of an autoscaler', () => {
    const set = deployment('app: web')
      .replace('kind: Deployment', 'kind: StatefulSet')
      .replace('spec:\n', 'spec:\n  serviceName: gone\n');
    const autoscaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: h}
spec: {scaleTargetRef: {kind: Deployment, name: gone}, maxReplicas: 3}
`;
    expect(findings(set)).toEqual([]);
    expect(findings(autoscaler)).toEqual([]);
    expect(findings(set, autoscaler, service('app: web'))).toEqual([
      'stateful-set-service-missing: spec.serviceName: there is no Service "gone" in namespace default',
      'hpa-target-missing: spec.scaleTargetRef.name: there is no Deployment "gone" in namespace default',
    ]);
  });
});

describe('a headless targetPort', () => {
  it('stands in EndpointSlices and SRV records', () => {
    const headless = `${SERVICE}metadata: {name: s}\nspec: {clusterIP: None, ports: [{port: 80, targetPort: 8080}]}\n`;
    expect(findings(headless)).toEqual([]);
  });
});

const CUSTOM = 'apiVersion: databases.example.com/v1\nkind: Database\nmetadata: {name: orders}\nspec: {}\n';
const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec: {template: {metadata: {labels: {task: sync}}, spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}
`;

describe.each<[string, string, string, readonly string[], string]>([
  ['a label of an operator', 'strimzi.io/cluster: main', 'default', [], ''],
  ['pods of a custom resource', 'cluster: orders-main', 'default', [CUSTOM], ''],
  ['pods of a Job', 'task: sync', 'default', [JOB], ''],
  ['a label of the Job controller', 'job-name: sync', 'default', [], ''],
  ['pods of prometheus-operator', 'prometheus: k8s', 'default', [], ''],
  ['pods that an operator manages', 'app.kubernetes.io/managed-by: my-operator', 'default', [], ''],
  ['the pod that Vault calls active', 'app: api, vault-active: "true"', 'default', [], ''],
  ['the leader of a database', 'app: api, role: master', 'default', [], ''],
  ['the scheduler', 'component: kube-scheduler, tier: control-plane', 'kube-system', [], ''],
  ['etcd', 'k8s-app: etcd', 'kube-system', [], ''],
  [
    'etcd elsewhere',
    'component: etcd',
    'default',
    [],
    'none in namespace default has a label like component: etcd',
  ],
  [
    'a domain that the input uses',
    'example.com/app: wbe',
    'default',
    [deployment('example.com/app: web').replace('name: web', 'name: more')],
    'Deployment default/more has example.com/app: "web", not "wbe"',
  ],
  [
    'nothing in common but keys',
    'app: frontend',
    'default',
    [],
    'none in namespace default has a label like app: frontend',
  ],
  ['a slip of the pen', 'app: apo', 'default', [], 'Deployment default/web has app: "api", not "apo"'],
])('a selector of %s', (_, selector, namespace, others, expected) => {
  const documents = [service(selector, namespace), deployment('app: api', namespace), ...others];
  const path = 'spec.selector: selects no Pod or workload; ';

  it('is told of by lint', () => {
    expect(findings(...documents)).toEqual(
      expected === '' ? [] : [`service-selects-nothing: ${path}${expected}`],
    );
  });

  it('is told of by compile in the same words', async () => {
    const argv = ['compile', '-f', '-', '--pod-cidr', '10.244.0.0/16', '-t', 'mangle'];
    const { code, stderr } = await run(argv, { stdin: documents.join('---\n') });
    const told = stderr.split('\n').filter((line) => line !== '');
    expect({ code, told: told.map((line) => line.slice(line.indexOf(path))) }).toEqual({
      code: 0,
      told: expected === '' ? [] : [`${path}${expected} [service-selects-nothing]`],
    });
  });
});
