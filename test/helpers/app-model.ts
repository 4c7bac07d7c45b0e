/**
 * Where Services of plain manifests lead, worked out from the YAML alone: no code of svc2ipt has a part in it, so that
 * it cannot share its mistakes. Addresses of pods that no manifest tells stand as `*`.
 */
import { isIPv6 } from 'node:net';
import { parseAllDocuments } from 'yaml';

/** The endpoints of each service port with a cluster IP, sorted: `ns/name:port/protocol` to `*:8080` or `10.0.0.1:80`. */
export type Destinations = ReadonlyMap<string, readonly string[]>;

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return -- YAML as it comes */

/** What the Services in the texts lead to on the node, in one family. */
export function destinationsOf(texts: readonly string[], node: string, isSix: boolean): Destinations {
  const objects: any[] = texts
    .flatMap((text) => parseAllDocuments(text, { merge: true }))
    .map((document) => document.toJS({ maxAliasCount: -1 }))
    .flatMap(unpacked)
    .filter((object) => typeof object?.kind === 'string' && object.metadata !== undefined);
  const services = objects.filter(
    ({ kind, spec, metadata }) =>
      kind === 'Service' &&
      isServed(spec, isSix) &&
      metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined,
  );
  const destinations = new Map<string, readonly string[]>();
  for (const service of services) {
    for (const port of service.spec.ports ?? []) {
      const found = endpointsOf(service, port, { objects, node, isSix });
      const name = `${namespaceOf(service)}/${service.metadata.name}:${port.name ?? ''}`;
      if (found.length > 0) {
        destinations.set(`${name}/${(port.protocol ?? 'TCP').toLowerCase()}`, found.toSorted());
      }
    }
  }
  return destinations;
}

/** A list's objects, and those of lists within it. */
const unpacked = (object: any): readonly any[] =>
  object?.kind?.endsWith('List') === true ? (object.items ?? []).flatMap(unpacked) : [object];

interface World {
  readonly objects: readonly any[];
  readonly node: string;
  readonly isSix: boolean;
}

const namespaceOf = (object: any): string => object.metadata.namespace ?? 'default';

function isServed(spec: any, isSix: boolean): boolean {
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return false;
  if (spec.clusterIPs !== undefined || spec.clusterIP !== undefined) {
    return [...(spec.clusterIPs ?? []), spec.clusterIP ?? ''].some((ip) => ip !== '' && isIPv6(ip) === isSix);
  }
  if (/DualStack/.test(spec.ipFamilyPolicy ?? '')) return true;
  return (spec.ipFamilies ?? ['IPv4']).includes(isSix ? 'IPv6' : 'IPv4');
}

function endpointsOf(service: any, port: any, world: World): readonly string[] {
  const { objects, isSix } = world;
  const isOfService = (object: any, name: unknown): boolean =>
    namespaceOf(object) === namespaceOf(service) && name === service.metadata.name;
  const slices = objects.filter(
    (object) =>
      object.kind === 'EndpointSlice' &&
      isOfService(object, object.metadata.labels?.['kubernetes.io/service-name']),
  );
  if (slices.length > 0) return fromSlices(slices, service, port, world);
  const endpoints = objects.find(
    (object) => object.kind === 'Endpoints' && isOfService(object, object.metadata.name),
  );
  if (endpoints !== undefined) {
    return (endpoints.subsets ?? []).flatMap((subset: any) =>
      subset.ports
        .filter((other: any) => (other.name ?? '') === (port.name ?? ''))
        .flatMap((other: any) => (subset.addresses ?? []).map(({ ip }: any) => `${ip}:${other.port}`)),
    );
  }
  if (service.spec.selector === undefined) return [];
  const selected = (object: any, labels: any): boolean =>
    namespaceOf(object) === namespaceOf(service) &&
    Object.entries(service.spec.selector).every(([key, value]) => labels?.[key] === value);
  const pods = objects.filter((object) => object.kind === 'Pod' && selected(object, object.metadata.labels));
  const living = pods.filter(({ status }) => (status?.podIP ?? '') !== '');
  if (living.length > 0) {
    const usable = pickUsable(living.filter((pod) => isIPv6(pod.status.podIP) === isSix));
    return usable.flatMap((pod) =>
      targetsOf(pod.spec, port).map((target) => `${pod.status.podIP}:${target}`),
    );
  }
  return [
    ...pods.map(({ spec }) => ({ spec, count: 1 })),
    ...objects
      .filter((object) => MAKERS.has(object.kind))
      .map((maker) => ({
        spec: maker.spec.template.spec,
        count: podLabelsOf(maker, service, world).filter((labels) => selected(maker, labels)).length,
      })),
  ].flatMap(({ spec, count }) =>
    targetsOf(spec, port).flatMap((target) => Array.from({ length: count }, () => `*:${target}`)),
  );
}

/** The labels of each pod of a maker that the Service may reach from the node. */
function podLabelsOf(maker: any, service: any, { objects, node }: World): readonly any[] {
  const labels = maker.spec.template?.metadata?.labels;
  const nodes = nodesOf(maker, objects);
  const isLocalOnly = service.spec.internalTrafficPolicy === 'Local' && nodes.length > 0;
  const own = nodes.filter(({ metadata }) => metadata.name === node).length;
  const count = maker.kind === 'DaemonSet' && isLocalOnly ? own : countOf(maker, objects);
  return Array.from({ length: count }, (_, ordinal) =>
    maker.kind === 'StatefulSet'
      ? { ...labels, 'statefulset.kubernetes.io/pod-name': `${maker.metadata.name}-${ordinal}` }
      : labels,
  );
}

const MAKERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']);

/** The Nodes that take a maker's pods. Labels that kubelet gives to every Node of Linux may be missing in manifests. */
const nodesOf = (maker: any, objects: readonly any[]): readonly any[] =>
  objects.filter(
    ({ kind, metadata }) =>
      kind === 'Node' &&
      Object.entries(maker.spec.template.spec.nodeSelector ?? {}).every(
        ([key, value]) => (metadata.labels?.[key] ?? LINUX[key]) === value,
      ),
  );

const LINUX: Readonly<Record<string, string>> = { 'kubernetes.io/os': 'linux' };

/** Pods that a maker makes: a DaemonSet one a Node, others their replicas or the least of their autoscaler. */
function countOf(maker: any, objects: readonly any[]): number {
  if (maker.kind === 'DaemonSet') {
    return objects.some(({ kind }) => kind === 'Node') ? nodesOf(maker, objects).length : 1;
  }
  const scaler = objects.find(
    ({ kind, spec, ...object }) =>
      kind === 'HorizontalPodAutoscaler' &&
      namespaceOf(object) === namespaceOf(maker) &&
      spec.scaleTargetRef.kind === maker.kind &&
      spec.scaleTargetRef.name === maker.metadata.name,
  );
  const replicas: number = maker.spec.replicas ?? 1;
  return scaler === undefined || replicas === 0 ? replicas : Math.max(replicas, scaler.spec.minReplicas ?? 1);
}

/** The number of a target port in a pod; none where no container has the name. */
function targetsOf(spec: any, port: any): readonly number[] {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return [target];
  const ports: any[] = [
    ...(spec.containers ?? []),
    // An init container that is started again is a sidecar.
    ...(spec.initContainers ?? []).filter(({ restartPolicy }: any) => restartPolicy === 'Always'),
  ].flatMap((container: any) => container.ports ?? []);
  const found = ports.find(
    ({ name, protocol = 'TCP' }) => name === target && protocol === (port.protocol ?? 'TCP'),
  );
  return found === undefined ? [] : [found.containerPort];
}

/** Ready pods; else, as EndpointSlices would tell them, none. Ending pods do not count while others are ready. */
function pickUsable(pods: readonly any[]): readonly any[] {
  const isReady = ({ status }: any): boolean =>
    (status.conditions ?? []).some(({ type, status: value }: any) => type === 'Ready' && value === 'True');
  const ready = pods.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  return ready.length > 0 ? ready : pods.filter(isReady);
}

function fromSlices(
  slices: readonly any[],
  service: any,
  port: any,
  { objects, node, isSix }: World,
): readonly string[] {
  const zone = objects.find(({ kind, metadata }) => kind === 'Node' && metadata.name === node)?.metadata
    .labels?.['topology.kubernetes.io/zone'];
  const all: any[] = slices
    .filter(({ addressType }) => addressType === (isSix ? 'IPv6' : 'IPv4'))
    .flatMap((slice) => {
      const number = slice.ports.find((other: any) => (other.name ?? '') === (port.name ?? ''))?.port;
      return number === undefined ? [] : slice.endpoints.map((endpoint: any) => ({ ...endpoint, number }));
    });
  const ready = all.filter(({ conditions }) => conditions?.ready !== false);
  const isLocalOnly = service.spec.internalTrafficPolicy === 'Local';
  const hinted = ready.filter(
    ({ hints }) => hints?.forZones?.some(({ name }: any) => name === zone) === true,
  );
  const usesHints = ready.every(({ hints }) => hints?.forZones !== undefined) && hinted.length > 0;
  const serving = all.filter(
    ({ conditions }) => conditions?.serving === true && conditions.terminating === true,
  );
  const near = usesHints ? hinted : ready;
  const chosen = near.length > 0 ? near : serving;
  const reached = isLocalOnly ? chosen.filter(({ nodeName }) => nodeName === node) : chosen;
  return reached.map(({ addresses, number }) => `${addresses[0]}:${number}`);
}
/* eslint-enable */
