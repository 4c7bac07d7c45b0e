import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatText } from '../../src/lint/text.ts';
import { lint } from '../../src/lint/lint.ts';

const run = (text: string, name = 'a.yaml'): ReturnType<typeof lint> =>
  lint([{ name, text }], { strict: false });
const report = (objects: readonly unknown[]): string =>
  formatText(run(objects.map((object) => JSON.stringify(object)).join('\n---\n')).value.findings);

const metadata = (name: string, labels: object = {}): object => ({ name, labels });
const service = (name: string, spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { ports: [{ port: 80 }], ...spec },
});
const deployment = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name),
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'x' }] } },
  },
});
const ingress = (name: string, backend: string, port = 80): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: metadata(name),
  spec: { defaultBackend: { service: { name: backend, port: { number: port } } } },
});

describe('what is bad input, not a finding', () => {
  it.each([
    ['a syntax error', 'kind: [', 'a.yaml:1:7'],
    ['an object without kind', 'apiVersion: v1', 'a.yaml:1:1'],
    ['nothing', '', undefined],
  ])('%s', (_, text, place) => {
    const { value, problems } = run(text);
    expect([value.objects, value.findings]).toEqual([0, []]);
    expect(problems.map(({ severity }) => severity)).toEqual(['error']);
    const at = problems[0]?.place;
    expect(at === undefined ? undefined : `${at.file}:${at.line}:${at.column}`).toBe(place);
  });
});

describe('objects with mistakes', () => {
  it('are there for others that name them, though their ports are unknown', () => {
    const broken = service('web', { type: 'Alias' });
    expect(report([broken, ingress('web', 'web', 8080)])).toBe(
      'a.yaml:1:112: error: Service default/web: spec.type: Unsupported value: "Alias": ' +
        'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort" [api-invalid]\n',
    );
  });

  it('are there for selectors', () => {
    const broken = { ...deployment('web'), metadata: { name: 'Web' } };
    const lines = report([broken, service('web', { selector: { app: 'web' } })]).split('\n');
    expect(lines.map((line) => /\[([a-z-]+)\]$/.exec(line)?.[1])).toEqual(['api-invalid', undefined]);
  });
});

describe('order', () => {
  it('does not depend on the order of files or documents in them', () => {
    const documents = [service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })];
    const files = ['a', 'c', 'd'].map((name) => ({
      name: `${name}.json`,
      text: JSON.stringify(
        name === 'd'
          ? documents[0]
          : service(name, { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }),
      ),
    }));
    const told = (order: readonly number[]): unknown =>
      lint(
        order.flatMap((index) => files[index] ?? []),
        { strict: false },
      ).value.findings;
    expect(told([0, 1, 2])).toHaveLength(2);
    expect(told([2, 0, 1])).toEqual(told([0, 1, 2]));
    expect(told([1, 2, 0])).toEqual(told([0, 1, 2]));
  });

  it('is by place', () => {
    const objects = [ingress('z', 'gone'), ingress('a', 'lost'), ingress('m', 'away'), deployment('web')];
    const findings = run(objects.map((object) => JSON.stringify(object)).join('\n---\n')).value.findings;
    expect(findings.map(({ subject }) => subject?.name)).toEqual(['z', 'a', 'm']);
  });
});

describe('Services that every cluster has', () => {
  it.each([
    ['kubernetes', 'default'],
    ['kube-dns', 'kube-system'],
  ])('%s in %s is not missed', (name, namespace) => {
    const own = { ...ingress('web', name), metadata: { name: 'web', namespace } };
    expect(report([own])).toBe('');
  });
});

describe('an Ingress of an ExternalName', () => {
  it('may name any port', () => {
    const alias = { ...service('db', {}), spec: { type: 'ExternalName', externalName: 'db.example.com' } };
    expect(report([alias, ingress('db', 'db', 5432)])).toBe('');
  });
});

describe('hostile input', () => {
  it('knows nothing that objects inherit', () => {
    const odd = JSON.parse(
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","annotations":{"__proto__":"x","constructor":"y"}},' +
        '"spec":{"selector":{"__proto__":"a","toString":"b"},"ports":[{"port":80}]}}',
    ) as object;
    expect(report([odd, ingress('constructor', 'constructor'), ingress('proto', '__proto__')]))
      .toMatchInlineSnapshot(`
        "a.yaml:1:89: error: Service default/web: metadata.annotations: Invalid value: "__proto__": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') [api-invalid]
        a.yaml:1:145: error: Service default/web: spec.selector: Invalid value: "__proto__": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') [api-invalid]
        a.yaml:3:145: error: Ingress default/constructor: spec.defaultBackend.service.name: there is no Service "constructor" in namespace default [ingress-backend-missing]
        a.yaml:5:139: error: Ingress default/proto: spec.defaultBackend.service.name: Invalid value: "__proto__": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?') [api-invalid]
        a.yaml:5:139: error: Ingress default/proto: spec.defaultBackend.service.name: there is no Service "__proto__" in namespace default [ingress-backend-missing]
        "
      `);
  });

  const KINDS = [
    ['v1', 'Service'],
    ['v1', 'Pod'],
    ['v1', 'Endpoints'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['batch/v1', 'CronJob'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['extensions/v1beta1', 'Ingress'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ['example.com/v1', 'Thing'],
  ] as const;
  const KEYS = [
    ...[
      'metadata',
      'name',
      'namespace',
      'labels',
      'annotations',
      'spec',
      'template',
      'jobTemplate',
      'containers',
    ],
    ...[
      'env',
      'value',
      'args',
      'ports',
      'rules',
      'http',
      'paths',
      'backend',
      'service',
      'port',
      'backendRefs',
    ],
    ...[
      'filters',
      'requestMirror',
      'backendRef',
      'scaleTargetRef',
      'kind',
      'readinessProbe',
      'httpGet',
      'endpoints',
    ],
    ...[
      'addresses',
      'subsets',
      'ip',
      'status',
      'loadBalancer',
      'ingress',
      'hostAliases',
      'serviceName',
      '__proto__',
    ],
  ];
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 8, depthSize: 'large' },
      fc.constantFrom<unknown>(
        null,
        0,
        -1,
        80,
        true,
        '',
        'web',
        'http://web.default.svc:80',
        '$(WEB_SERVICE_HOST)',
        '10.0.0.1',
      ),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie('node'), { maxKeys: 6 }),
    ),
  })).node;
  const anyObject = fc
    .tuple(fc.constantFrom(...KINDS), fc.dictionary(fc.constantFrom(...KEYS), value))
    .map(([[apiVersion, kind], body]) => ({ ...body, apiVersion, kind }));

  it('never throws, whatever stands where', () => {
    fc.assert(
      fc.property(fc.array(anyObject, { minLength: 1, maxLength: 6 }), (objects) => {
        report(objects);
      }),
      { numRuns: 300 },
    );
  });
});

describe('size', () => {
  // Anything that looks at every Service for each of the others would take minutes.
  it('is borne where everything misses', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `web-${index}`);
    const items = names.flatMap((name) => [
      service(name, {
        selector: { app: `${name}x`, tier: 'web' },
        ports: [{ port: 80, targetPort: 'http' }],
      }),
      deployment(name),
      ingress(name, `${name}-typo`),
    ]);
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    expect(run(text, 'a.json').value.findings).toHaveLength(20_000);
  });
});
