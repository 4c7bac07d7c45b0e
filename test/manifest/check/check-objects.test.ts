import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../../src/manifest/check/check-objects.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { checkText, checkValues, service } from './helpers.ts';

describe('kinds', () => {
  it('that play no part are skipped and counted', () => {
    const { objects, lines, skipped } = checkValues([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'a' } },
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'a' } },
      service({}),
    ]);
    expect({ kinds: objects.map((object) => object.kind), lines, skipped }).toEqual({
      kinds: ['Service'],
      lines: [],
      skipped: 3,
    });
  });

  it('come in the order of the input', () => {
    const { objects } = checkText(`
apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
`);
    expect(objects.map((object) => object.kind)).toEqual(['Node', 'Endpoints', 'Pod']);
  });
});

describe('two objects of one name', () => {
  const inNamespace = (namespace: string | undefined) => service({}, { namespace });

  it('are a mistake, told at the second with the place of the first', () => {
    expect(checkValues([inNamespace(undefined), inNamespace('other'), inNamespace('default')]).lines).toEqual(
      [
        'in.json:38:17: error: Service default/web: metadata.name: already defined at in.json:5:5 [duplicate-object]',
      ],
    );
  });

  it('may be of different kinds', () => {
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' } };
    expect(checkValues([service({}), endpoints]).lines).toEqual([]);
  });
});

describe('generated names', () => {
  it('are the same for the same object, and differ for others', () => {
    const generated = (spec: object) =>
      checkValues([service(spec, { name: undefined, generateName: 'web-' })]).objects[0]?.metadata.name;
    expect(generated({})).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(generated({})).toBe(generated({}));
    expect(generated({})).not.toBe(generated({ clusterIP: 'None' }));
  });
});

describe('annotations', () => {
  it('have room for 256 KiB together', () => {
    const annotations = (size: number) => service({}, { annotations: { a: 'x'.repeat(size - 2), b: '' } });
    expect(checkValues([annotations(256 * 1024)]).lines).toEqual([]);
    expect(checkValues([annotations(256 * 1024 + 1)]).lines).toEqual([
      'in.json:10:24: error: Service default/web: metadata.annotations: Too long: may not be more than 262144 bytes [api-invalid]',
    ]);
  });
});

describe('EndpointSlice ports', () => {
  it('are at most 20000', () => {
    const slice = (count: number) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1' },
      addressType: 'IPv4',
      ports: Array.from({ length: count }, (_, index) => ({ name: `p${index}`, port: 1 + index })),
    });
    expect(checkValues([slice(20000)]).lines).toEqual([]);
    expect(checkValues([slice(20001)]).lines).toEqual([
      'in.json:12:16: error: EndpointSlice default/web-1: ports: Too many: 20001: must have at most 20000 items [api-invalid]',
    ]);
  });
});

describe('values that are no API objects', () => {
  it.each([undefined, null, 1, 'text', true, []])('%j', (value) => {
    const locate = () => ({ file: 'in.json', line: 1, column: 1 });
    const { value: checked, problems } = checkObjects([{ value, locate }], { strict: false });
    expect(checked).toEqual({ resources: [], skipped: 0 });
    expect(problems).toHaveLength(1);
    expect(formatDiagnostic(problems[0]!)).toContain('must be an object with apiVersion and kind, not');
  });

  it('objects without apiVersion or with a kind that is no text', () => {
    const locate = () => ({ file: 'in.json', line: 1, column: 1 });
    const { problems } = checkObjects([{ value: { kind: 7 }, locate }], { strict: false });
    expect(problems.map(formatDiagnostic)).toEqual([
      'in.json:1:1: error: apiVersion: Required value [api-invalid]',
      'in.json:1:1: error: kind: Invalid value: 7: must be a string, not an integer; quote it: "7" [api-invalid]',
    ]);
  });
});

describe('speed', () => {
  it('is linear: 10,000 Services and 100,000 endpoints pass in moments', () => {
    const locate = () => ({ file: 'in.json', line: 1, column: 1 });
    const values = Array.from({ length: 10000 }, (_, index) => [
      service({ clusterIP: `10.96.${index >> 8}.${index & 255}` }, { name: `web-${index}` }),
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: `web-${index}-1`, labels: { 'kubernetes.io/service-name': `web-${index}` } },
        addressType: 'IPv4',
        endpoints: Array.from({ length: 10 }, (__, which) => ({
          addresses: [`10.${index >> 8}.${index & 255}.${which + 1}`],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: `node-${which}`,
        })),
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]).flat();
    const { value, problems } = checkObjects(
      values.map((one) => ({ value: one, locate })),
      { strict: true },
    );
    expect(value.resources).toHaveLength(20000);
    expect(problems).toEqual([]);
  });

  it('also where everything is wrong', () => {
    const locate = () => ({ file: 'in.json', line: 1, column: 1 });
    const subsets = [{ addresses: Array.from({ length: 200000 }, () => ({ ip: 7, name: 'x' })) }];
    const value = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets };
    const { problems } = checkObjects([{ value, locate }], { strict: false });
    expect(problems).toHaveLength(1001);
    expect(problems[1000]?.message).toBe('399000 more problems in this object');
  });
});
