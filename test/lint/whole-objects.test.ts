/** What the API server refuses though no rule of kube-proxy's depends on it. */
import { describe, expect, it } from 'vitest';
import { lint, type LintOptions } from '../../src/lint/lint.ts';
import { run } from '../helpers/cli.ts';

/** `severity: code: path: message` of every finding. */
function findings(text: string, options: LintOptions = { strict: false }): readonly string[] {
  const { value, problems } = lint([{ name: 'a.yaml', text }], options);
  expect(problems).toEqual([]);
  return value.findings.map(
    ({ severity, code, path, message }) => `${severity}: ${code}: ${path}: ${message}`,
  );
}

const ingress = (spec: string, apiVersion = 'networking.k8s.io/v1'): string =>
  `apiVersion: ${apiVersion}\nkind: Ingress\nmetadata: {name: web}\nspec: {${spec}}\n`;
const path = (text: string): string => ingress(`rules: [{http: {paths: [{${text}}]}}]`);
const BACKEND = 'backend: {service: {name: web, port: {number: 80}}}';
const NOT_A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NOT_A_WILDCARD =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
  "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used " +
  "for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const PATHS = 'spec.rules[0].http.paths[0]';

describe('Ingress of networking.k8s.io/v1', () => {
  it.each<[string, string, readonly string[]]>([
    ['is as it should be', path(`path: /, pathType: Prefix, ${BACKEND}`), []],
    ['needs no path where its type says nothing', path(`pathType: ImplementationSpecific, ${BACKEND}`), []],
    ['may send to a resource', ingress('defaultBackend: {resource: {kind: Bucket, name: b}}'), []],
    [
      'has neither serviceName nor servicePort',
      path('path: /, pathType: Prefix, backend: {serviceName: web, servicePort: 80}'),
      [
        `error: api-invalid: ${PATHS}.backend.serviceName: unknown field "serviceName": networking.k8s.io/v1 has service.name in its place`,
        `error: api-invalid: ${PATHS}.backend.servicePort: unknown field "servicePort": networking.k8s.io/v1 has service.port.number or service.port.name in its place`,
      ],
    ],
    [
      'needs a pathType',
      path(`path: /, ${BACKEND}`),
      [`error: api-invalid: ${PATHS}.pathType: Required value: pathType must be specified`],
    ],
    [
      'knows three pathTypes',
      path(`path: /, pathType: Regex, ${BACKEND}`),
      [
        `error: api-invalid: ${PATHS}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
      ],
    ],
    [
      'needs absolute paths',
      path(`path: foo, pathType: Prefix, ${BACKEND}`),
      [`error: api-invalid: ${PATHS}.path: Invalid value: "foo": must be an absolute path`],
    ],
    [
      'needs a port',
      ingress('defaultBackend: {service: {name: web}}'),
      ['error: api-invalid: spec.defaultBackend: Required value: port name or number is required'],
    ],
    [
      'needs one port',
      ingress('defaultBackend: {service: {name: web, port: {name: http, number: 80}}}'),
      ['error: api-invalid: spec.defaultBackend: Invalid value: "": cannot set both port name & port number'],
    ],
    [
      'needs something to send to',
      path('path: /, pathType: Prefix, backend: {}'),
      [`error: api-invalid: ${PATHS}.backend: Invalid value: "": resource or service backend is required`],
    ],
    [
      'has one kind of backend',
      ingress('defaultBackend: {service: {name: web}, resource: {kind: Bucket, name: b}}'),
      [
        'error: api-invalid: spec.defaultBackend: Invalid value: "": cannot set both resource and service backends',
      ],
    ],
    [
      'names a resource',
      ingress('defaultBackend: {resource: {apiGroup: A, kind: a/b, name: ..}}'),
      [
        `error: api-invalid: spec.defaultBackend.resource.apiGroup: Invalid value: "A": ${NOT_A_SUBDOMAIN}`,
        `error: api-invalid: spec.defaultBackend.resource.kind: Invalid value: "a/b": may not contain '/'`,
        `error: api-invalid: spec.defaultBackend.resource.name: Invalid value: "..": may not be '..'`,
      ],
    ],
    [
      'names a whole resource',
      ingress('defaultBackend: {resource: {}}'),
      [
        'error: api-invalid: spec.defaultBackend.resource.kind: Required value',
        'error: api-invalid: spec.defaultBackend.resource.name: Required value',
      ],
    ],
    [
      'has ports with names of ports',
      ingress('defaultBackend: {service: {name: a.b, port: {name: a-}}}'),
      [
        'error: api-invalid: spec.defaultBackend.service.name: Invalid value: "a.b": must not contain dots',
        'error: api-invalid: spec.defaultBackend.service.port.name: Invalid value: "a-": must not begin or end with a hyphen',
      ],
    ],
    [
      'has numbers of ports',
      ingress('defaultBackend: {service: {name: web, port: {number: 70000}}}'),
      [
        'error: api-invalid: spec.defaultBackend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'has plain paths',
      path(`path: /a//b/.., pathType: Exact, ${BACKEND}`),
      [
        `error: api-invalid: ${PATHS}.path: Invalid value: "/a//b/..": cannot end with '/..'`,
        `error: api-invalid: ${PATHS}.path: Invalid value: "/a//b/..": must not contain '//'`,
      ],
    ],
    [
      'leaves odd paths to a controller',
      path(`path: /a//b, pathType: ImplementationSpecific, ${BACKEND}`),
      [],
    ],
    [
      'has names as hosts',
      ingress('rules: [{host: 10.0.0.1}, {host: "*.example.com"}, {host: "a.*"}, {host: A.com}]'),
      [
        'error: api-invalid: spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
        `error: api-invalid: spec.rules[2].host: Invalid value: "a.*": ${NOT_A_WILDCARD}`,
        `error: api-invalid: spec.rules[3].host: Invalid value: "A.com": ${NOT_A_SUBDOMAIN}`,
      ],
    ],
    [
      'has names as hosts of certificates',
      ingress('rules: [{}], tls: [{hosts: [web.example.com, "*", ""], secretName: a_b}, {}]'),
      [
        `error: api-invalid: spec.tls[0].hosts[1]: Invalid value: "*": ${NOT_A_WILDCARD}`,
        `error: api-invalid: spec.tls[0].hosts[2]: Invalid value: "": ${NOT_A_SUBDOMAIN}`,
        `error: api-invalid: spec.tls[0].secretName: Invalid value: "a_b": ${NOT_A_SUBDOMAIN}`,
      ],
    ],
    [
      'has one class',
      ingress('rules: [{}], ingressClassName: Nginx').replace(
        'name: web',
        'name: web, annotations: {kubernetes.io/ingress.class: nginx}',
      ),
      [
        'error: api-invalid: annotations[kubernetes.io/ingress.class]: Invalid value: "nginx": must match `ingressClassName` when both are specified',
        `error: api-invalid: spec.ingressClassName: Invalid value: "Nginx": ${NOT_A_SUBDOMAIN}`,
      ],
    ],
    [
      'has a name',
      ingress('rules: [{}]').replace('name: web', 'name: Web'),
      [`error: api-invalid: metadata.name: Invalid value: "Web": ${NOT_A_SUBDOMAIN}`],
    ],
    [
      'needs rules or a backend',
      ingress(''),
      ['error: api-invalid: spec: Invalid value: []: either `defaultBackend` or `rules` must be specified'],
    ],
    [
      'has no other fields',
      ingress('ingressClass: nginx, defaultBackend: {service: {name: web, port: {number: 80}}}'),
      [
        'warning: unknown-field: spec.ingressClass: unknown field "ingressClass", did you mean "ingressClassName"?',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(findings(text)).toEqual(expected);
  });
});

const CONTAINER = '{name: main, image: x}';
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {${spec}}\n`;
const deployment = (template: string, spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  ${spec}
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {${template}}}
`;
const job = (template: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {${template}}}}\n`;

describe('pods', () => {
  it.each<[string, string, readonly string[]]>([
    ['are as they should be', pod(`containers: [${CONTAINER}], restartPolicy: Never`), []],
    ['need containers', pod(''), ['error: api-invalid: spec.containers: Required value']],
    [
      'need containers in a workload, too',
      deployment('containers: []'),
      ['error: api-invalid: spec.template.spec.containers: Required value'],
    ],
    [
      'need images',
      deployment('containers: [{name: main}], initContainers: [{name: init}]'),
      [
        'error: api-invalid: spec.template.spec.containers[0].image: Required value',
        'error: api-invalid: spec.template.spec.initContainers[0].image: Required value',
      ],
    ],
    [
      'need names, each its own',
      pod(`containers: [${CONTAINER}, ${CONTAINER}, {image: x}, {name: Main, image: x}]`),
      [
        'error: api-invalid: spec.containers[1].name: Duplicate value: "main"',
        'error: api-invalid: spec.containers[2].name: Required value',
        `error: api-invalid: spec.containers[3].name: Invalid value: "Main": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'run for ever in a Deployment',
      deployment(`restartPolicy: Never, containers: [${CONTAINER}]`),
      [
        'error: api-invalid: spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      ],
    ],
    [
      'end in a Job',
      job(`containers: [${CONTAINER}]`),
      [
        'error: api-invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
    ['that end are fine in a Job', job(`restartPolicy: OnFailure, containers: [${CONTAINER}]`), []],
    [
      'have host ports up to 65535',
      pod('containers: [{name: main, image: x, ports: [{containerPort: 80, hostPort: 99999}]}]'),
      [
        'error: api-invalid: spec.containers[0].ports[0].hostPort: Invalid value: 99999: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'have the same port on the network of the host',
      pod(
        'hostNetwork: true, containers: [{name: main, image: x, ports: [{containerPort: 80, hostPort: 8080}]}]',
      ),
      [
        'error: api-invalid: spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true',
      ],
    ],
    [
      'have no other fields',
      deployment(
        'containers: [{name: main, image: x, port: 80, env: [{name: A, valu: b}]}], volume: []',
        'replica: 3',
      ),
      [
        'warning: unknown-field: spec.replica: unknown field "replica", did you mean "replicas"?',
        'warning: unknown-field: spec.template.spec.containers[0].port: unknown field "port", did you mean "ports"?',
        'warning: unknown-field: spec.template.spec.containers[0].env[0].valu: unknown field "valu", did you mean "value"?',
        'warning: unknown-field: spec.template.spec.volume: unknown field "volume", did you mean "volumes"?',
      ],
    ],
    [
      'of a DaemonSet are not counted',
      deployment(`containers: [${CONTAINER}]`, 'replicas: 3').replace('kind: Deployment', 'kind: DaemonSet'),
      ['warning: unknown-field: spec.replicas: unknown field "replicas"'],
    ],
  ])('%s', (_, text, expected) => {
    expect(findings(text)).toEqual(expected);
  });

  it('of other kinds are left to those who made them', () => {
    const rollout = deployment('containers: [{name: main, odd: 1}]').replace(
      'apps/v1',
      'argoproj.io/v1alpha1',
    );
    expect(findings(rollout.replace('kind: Deployment', 'kind: Rollout'))).toEqual([]);
  });

  it('are refused with --strict for a field that there is not', () => {
    expect(findings(deployment(`containers: [${CONTAINER}]`, 'replica: 3'), { strict: true })).toEqual([
      'error: unknown-field: spec.replica: unknown field "replica", did you mean "replicas"?',
    ]);
  });
});

const KINDS: readonly (readonly [string, string, string | undefined])[] = [
  ['v1', 'Servcie', 'kind: no matches for kind "Servcie" in version "v1"; did you mean "Service"?'],
  [
    'apps/v1',
    'Deploymnet',
    'kind: no matches for kind "Deploymnet" in version "apps/v1"; did you mean "Deployment"?',
  ],
  [
    'core/v1',
    'Service',
    'apiVersion: no matches for kind "Service" in version "core/v1"; there is Service in v1',
  ],
  [
    'v1',
    'Ingress',
    'apiVersion: no matches for kind "Ingress" in version "v1"; there is Ingress in networking.k8s.io/v1',
  ],
  ['app/v1', 'Thing', 'apiVersion: no matches for kind "Thing" in version "app/v1"; did you mean "apps"?'],
  ['batch/v1', 'Zzz', 'kind: no matches for kind "Zzz" in version "batch/v1"'],
  ['example.com/v1', 'Servcie', undefined],
  ['gateway.networking.k8s.io/v1', 'HTTPRute', undefined],
  ['v1', 'ConfigMap', undefined],
  ['v1', 'DeploymentConfig', undefined],
];

describe.each(KINDS)('%s %s', (apiVersion, kind, expected) => {
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n`;

  it('in lint', () => {
    // What both would say of Service is told first by the check of Services.
    const told = findings(text).map((line) => line.replace('error: api-invalid: ', ''));
    expect(told).toEqual(expected === undefined ? [] : [expected]);
  });

  it('in compile', async () => {
    const { code, stderr } = await run(['compile', '-f', '-', '-t', 'mangle'], { stdin: text });
    expect(code).toBe(expected === undefined ? 0 : 2);
    expect(stderr.trimEnd().endsWith(expected === undefined ? '' : `${expected} [api-invalid]`)).toBe(true);
  });
});

describe('versions that are no longer served', () => {
  const slice = `apiVersion: discovery.k8s.io/v1beta1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
`;

  it('are told of by the release', () => {
    const told = (version: '1.24' | '1.25'): readonly string[] => findings(slice, { strict: false, version });
    expect(told('1.24')).toEqual([]);
    expect(told('1.25')).toEqual([
      'error: removed-api: apiVersion: Kubernetes 1.25 and later have no EndpointSlice in discovery.k8s.io/v1beta1',
    ]);
  });

  it('are told of in lint for the release that is asked for', async () => {
    const lintFor = (version: string): ReturnType<typeof run> =>
      run(['lint', '-f', '-', '--kube-proxy-version', version], {
        stdin: ingress('backend: {serviceName: web, servicePort: 80}', 'extensions/v1beta1'),
      });
    expect((await lintFor('1.21')).stdout).toBe('');
    expect((await lintFor('1.22')).stdout).toBe(
      '<stdin>:1:13: error: Ingress default/web: apiVersion: Kubernetes 1.22 and later have no Ingress in extensions/v1beta1 [removed-api]\n',
    );
  });

  it('are warned of once in compile, which reads them all the same', async () => {
    const compileFor = (version: string): ReturnType<typeof run> =>
      run(['compile', '-f', '-', '-t', 'mangle', '--kube-proxy-version', version], {
        stdin: `${slice}---\n${slice.replace('web-1', 'web-2')}`,
      });
    expect((await compileFor('1.24')).stderr).toBe('');
    const { code, stderr } = await compileFor('1.25');
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.trimEnd()).toMatch(
      /EndpointSlice default\/web-1: apiVersion: Kubernetes 1\.25 and later have no EndpointSlice in discovery\.k8s\.io\/v1beta1 \(and 1 more such object\) \[removed-api\]$/,
    );
  });
});
