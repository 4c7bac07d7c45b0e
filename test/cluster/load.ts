import { buildCluster } from '../../src/cluster/build.ts';
import { type ClusterModel } from '../../src/cluster/model.ts';
import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { checkObjects } from '../../src/manifest/check/check-objects.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { type Resource } from '../../src/manifest/resource.ts';
import { type Outcome } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';

/** The checked objects of a manifest; throws when it has a mistake, for then the test has. */
export function load(text: string): readonly Resource[] {
  const read = readManifest({ name: 'test.yaml', text });
  const checked = checkObjects(read.value, { strict: true });
  const problems = [...read.problems, ...checked.problems];
  if (problems.length > 0) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return checked.value.resources;
}

/** The cluster of a manifest. */
export const cluster = (text: string, options: Partial<ClusterOptions> = {}): Outcome<ClusterModel> =>
  buildCluster(load(text), { ...DEFAULT_CLUSTER_OPTIONS, ...options });

/** A cluster in a few lines: per Service its origin, what was assigned, and a line an endpoint. */
export function describeCluster({ services }: ClusterModel): readonly string[] {
  return services.flatMap(({ service, slices, origin }) => [
    [
      `${service.metadata.namespace}/${service.metadata.name} from ${origin}:`,
      ...service.spec.clusterIPs,
      ...service.spec.ports.map(({ port, protocol, nodePort }) =>
        nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
      ),
      ...(service.spec.healthCheckNodePort === undefined
        ? []
        : [`health check ${service.spec.healthCheckNodePort}`]),
    ].join(' '),
    ...slices.flatMap(({ ports, endpoints }) =>
      endpoints.map(({ addresses, nodeName, zone, conditions }) =>
        [
          `  ${addresses.join('+')}`,
          ports.map(({ name, port }) => `${name ?? '-'}=${port ?? '-'}`).join(','),
          ...(nodeName === undefined ? [] : [`on ${nodeName}`]),
          ...(zone === undefined ? [] : [`in ${zone}`]),
          ...(conditions.ready === false ? ['not ready'] : []),
        ].join(' '),
      ),
    ),
  ]);
}

export const service = (name: string, spec: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ${spec} }
`;

export const workload = (kind: string, name: string, spec: string, labels = `app: ${name}`): string => `---
apiVersion: ${kind === 'ReplicationController' ? 'v1' : 'apps/v1'}
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${spec}
  selector: { ${kind === 'ReplicationController' ? labels : `matchLabels: { ${labels} }`} }
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: c, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
`;

export const node = (name: string, labels = ''): string => `---
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { ${labels} } }
`;

/** The cluster as text, with its problems: what a test compares whole. */
export function outcomeText(text: string, options: Partial<ClusterOptions> = {}): string {
  const { value, problems } = cluster(text, options);
  return ['', ...describeCluster(value), ...problems.map(formatDiagnostic), ''].join('\n');
}
