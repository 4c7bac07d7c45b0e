import { expect, it } from 'vitest';
import {
  explainNamedPortMiss,
  explainSelectorMiss,
  type Candidate,
} from '../../src/cluster/explain-misses.ts';
import { targetPort } from '../../src/cluster/from-pods.ts';
import { type OtherPods } from '../../src/cluster/other-pods.ts';
import { type PodSpec, type Service, type ServicePortSpec } from '../../src/manifest/types.ts';
import { load } from './load.ts';

const WIDTH = 500;
const indexes = Array.from({ length: WIDTH }, (_, at) => at);

/** Loads one Service, and tells its type. */
function serviceOf(spec: string): Service {
  const [resource] = load(`
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ${spec} }
`);
  if (resource?.object.kind !== 'Service') throw new Error(spec);
  return resource.object;
}

/** A pod spec with many named ports, that counts how often their names are read. */
function wideSpec(): { readonly spec: PodSpec; readonly looks: () => number } {
  let looks = 0;
  const ports = indexes.map((at) => ({
    get name() {
      looks += 1;
      return `p${at}`;
    },
    protocol: 'TCP' as const,
    containerPort: at + 1,
  }));
  const spec = { containers: [{ name: 'c', ports }], initContainers: [] } as unknown as PodSpec;
  return { spec, looks: () => looks };
}

const portsNamed = (name: (at: number) => string): readonly ServicePortSpec[] =>
  serviceOf(
    `ports: [${indexes.map((at) => `{ name: s${at}, port: ${at + 1}, targetPort: ${name(at)} }`).join(', ')}]`,
  ).spec.ports;

it('reads the names of the ports of a pod once, however many ports a Service has', () => {
  const { spec, looks } = wideSpec();
  const ports = portsNamed((at) => `p${at}`);
  expect(ports.map((port) => targetPort(port, spec))).toEqual(indexes.map((at) => at + 1));
  expect(ports.map((port) => explainNamedPortMiss(port, [{ identity: 'Pod a', spec }]))).toEqual(
    indexes.map(() => undefined),
  );
  expect(looks()).toBeLessThan(3 * WIDTH);
});

it('reads no more names than it tells where a pod has none of the ports of a Service', () => {
  const { spec, looks } = wideSpec();
  const told = portsNamed((at) => `q${at}`).map((port) =>
    explainNamedPortMiss(port, [{ identity: 'Pod a', spec }]),
  );
  expect(new Set(told).size).toBe(WIDTH);
  expect(told[0]).toBe(
    'no container of Pod a has a TCP port named "q0"; the names are p0 (1/TCP), p1 (2/TCP), p2 (3/TCP), ' +
      'p3 (4/TCP), p4 (5/TCP), p5 (6/TCP), p6 (7/TCP), p7 (8/TCP), p8 (9/TCP), p9 (10/TCP), ...',
  );
  expect(looks()).toBeLessThan(20 * WIDTH);
});

it('reads labels a few times each, however many a selector asks for', () => {
  let looks = 0;
  const plain = Object.fromEntries(indexes.map((at) => [`key-${at}-x`, `value-${at}`]));
  const labels = new Proxy(plain, {
    get: (target, key) => {
      looks += 1;
      return Reflect.get(target, key) as unknown;
    },
  });
  const service = serviceOf(
    `selector: { ${indexes.map((at) => `key-${at}: value-${at}`).join(', ')} }, ports: [{ port: 80 }]`,
  );
  const candidate: Candidate = { identity: 'Pod default/a', namespace: 'default', labels };
  const others: OtherPods = { mayBeSelectedBy: () => false, knowsNamespace: () => true };
  expect(explainSelectorMiss(service, [candidate], others)).toBe(
    `selects no Pod or workload; Pod default/a ${indexes
      .map((at) => `has key-${at}-x: "value-${at}", but no label key-${at}`)
      .join(' and ')}`,
  );
  expect(looks).toBeLessThan(10 * WIDTH);
});
