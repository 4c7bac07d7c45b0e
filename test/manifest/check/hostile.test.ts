/** Whatever stands in a manifest: no exception, and nothing that could end an iptables line reaches an accepted object. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../../src/manifest/check/check-objects.ts';
import { type Service } from '../../../src/manifest/types.ts';

const locate = () => ({ file: 'in.json', line: 1, column: 1 });
const check = (value: unknown) => checkObjects([{ value, locate }], { strict: false });

/** Text that is often nearly right, with something nasty in it. */
const nasty = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .tuple(
      fc.constantFrom('web', 'http', 'TCP', '10.96.0.7', 'Local', 'ClientIP', 'None', 'node-1'),
      fc.constantFrom(
        '',
        '\n',
        ' ',
        '"',
        "'",
        '\\',
        '\t',
        '\0',
        ' -j ACCEPT',
        '\nCOMMIT',
        '\u2028',
        '#',
        ';',
        '!',
      ),
    )
    .map(([word, end]) => word + end),
);

const harmless = /^[A-Za-z0-9.:/_-]*$/;

/** A Service in which everything is right, to be spoilt in one or two fields. */
const goodService = (type: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    type,
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', appProtocol: 'http' }],
    clusterIP: '10.96.0.7',
    externalIPs: ['203.0.113.5'],
    sessionAffinity: 'ClientIP',
    internalTrafficPolicy: 'Local',
    trafficDistribution: 'PreferClose',
    selector: { app: 'web' },
    ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Local' }),
    ...(type === 'LoadBalancer'
      ? { loadBalancerSourceRanges: ['10.0.0.0/8'], loadBalancerClass: 'a/b' }
      : {}),
  },
  status: {
    loadBalancer: { ingress: type === 'LoadBalancer' ? [{ ip: '203.0.113.9', ipMode: 'VIP' }] : [] },
  },
});

const SPOILABLE = [
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'labels', 'app'],
  ['spec', 'type'],
  ['spec', 'ports', 0, 'name'],
  ['spec', 'ports', 0, 'protocol'],
  ['spec', 'ports', 0, 'targetPort'],
  ['spec', 'ports', 0, 'appProtocol'],
  ['spec', 'clusterIP'],
  ['spec', 'externalIPs', 0],
  ['spec', 'loadBalancerSourceRanges', 0],
  ['spec', 'loadBalancerClass'],
  ['spec', 'sessionAffinity'],
  ['spec', 'externalTrafficPolicy'],
  ['spec', 'internalTrafficPolicy'],
  ['spec', 'trafficDistribution'],
  ['spec', 'selector', 'app'],
  ['status', 'loadBalancer', 'ingress', 0, 'ip'],
  ['status', 'loadBalancer', 'ingress', 0, 'hostname'],
  ['status', 'loadBalancer', 'ingress', 0, 'ipMode'],
] as const;

function spoil(object: unknown, path: readonly (string | number)[], text: string): void {
  let parent = object as Record<string | number, unknown> | undefined;
  for (const step of path.slice(0, -1)) parent = parent?.[step] as typeof parent;
  if (parent !== undefined) parent[path[path.length - 1]!] = text;
}

const spoilt = fc
  .tuple(
    fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    fc.array(fc.tuple(fc.constantFrom(...SPOILABLE), nasty), { minLength: 1, maxLength: 2 }),
  )
  .map(([type, changes]) => {
    const object = goodService(type);
    for (const [path, text] of changes) spoil(object, path, text);
    return object;
  });

function textOf({ metadata, spec, status }: Service): readonly string[] {
  return [
    metadata.name,
    metadata.namespace,
    ...Object.entries(metadata.labels).flat(),
    ...Object.entries(spec.selector ?? {}).flat(),
    ...spec.ports.flatMap((one) => [one.name, one.protocol, String(one.targetPort), one.appProtocol ?? '']),
    ...spec.clusterIPs,
    ...spec.externalIPs,
    // Blanks around a source range are legal; whoever reads it trims them.
    ...spec.loadBalancerSourceRanges.map((range) => range.trim()),
    ...status.loadBalancer.ingress.flatMap((one) => [one.ip ?? '', one.hostname ?? '', one.ipMode ?? '']),
    spec.type,
    spec.sessionAffinity,
    spec.externalTrafficPolicy ?? '',
    spec.internalTrafficPolicy ?? '',
    spec.trafficDistribution ?? '',
  ];
}

describe('hostile manifests', () => {
  it('no text of an accepted Service can leave its place in a rule', () => {
    let accepted = 0;
    fc.assert(
      fc.property(spoilt, (value) => {
        for (const { object } of check(value).value.resources) {
          accepted += 1;
          expect(textOf(object as Service).filter((text) => !harmless.test(text))).toEqual([]);
        }
      }),
      { numRuns: 20000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  it('any JSON in any field is taken without an exception', () => {
    const kinds = [
      ['v1', 'Service'], ['v1', 'Endpoints'], ['v1', 'Node'], ['v1', 'Pod'], ['apps/v1', 'Deployment'],
      ['v1', 'ReplicationController'], ['discovery.k8s.io/v1', 'EndpointSlice'],
      ['discovery.k8s.io/v1beta1', 'EndpointSlice'], ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ] as const; // prettier-ignore
    const fieldNames = [
      'metadata', 'spec', 'status', 'ports', 'endpoints', 'subsets', 'addresses', 'selector', 'template', 'labels',
      'loadBalancer', 'ingress', 'hints', 'forZones', 'topology', '__proto__', 'constructor', 'name', 'containers',
    ] as const; // prettier-ignore
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, '', 'x', {}, []),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...fieldNames), tie('json'), { maxKeys: 4 }),
      ),
    }));
    const object = fc.tuple(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...fieldNames), json));
    fc.assert(
      fc.property(object, ([[apiVersion, kind], fields]) => {
        const { value, problems } = check({ ...fields, apiVersion, kind });
        expect(value.skipped).toBe(0);
        expect(value.resources.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 20000 },
    );
  });

  it('keys of Object.prototype are plain keys', () => {
    const value: unknown = JSON.parse(`{
      "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web", "annotations": { "constructor": "x" } },
      "spec": { "ports": [{ "port": 80 }], "selector": { "toString": "y" } }, "__proto__": { "polluted": true }
    }`);
    const { value: checked, problems } = check(value);
    expect(problems.map((problem) => problem.message)).toEqual(['unknown field "__proto__"']);
    const [resource] = checked.resources;
    expect(resource?.object.metadata.annotations).toEqual({ constructor: 'x' });
    expect((resource?.object as Service).spec.selector).toEqual({ toString: 'y' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
